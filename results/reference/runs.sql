/* Of every run: its digest, and four measures at the end of 2030 by which a difference can be judged. */
select runs.scenario, runs.seed, runs.digest, series.measure, series."group", series.value
from runs join series using (scenario, seed)
where series.month = 95
  and series."group" in ('large', 'sme')
  and series.origin is null
  and series.depth is null
  and series.measure in ('adopter_share', 'user_share', 'defect_ppm', 'late_days')
order by all
