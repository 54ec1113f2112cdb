"""Workers that a batch system gives: a file says how dask-jobqueue asks for them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from simulation.errors import InputError, Problem, RunError
from simulation.experiments.extras import needed
from simulation.scenario.declarations import plain, shape_of
from simulation.scenario.document import read
from simulation.scenario.explaining import explain
from simulation.scenario.merging import Draft
from simulation.schema import Section

__all__ = ["BatchSystem", "Jobs", "job_script", "new_cluster", "open_cluster", "read_cluster"]

System = Literal["slurm", "pbs", "sge", "lsf"]
_CLASSES = {"slurm": "SLURMCluster", "pbs": "PBSCluster", "sge": "SGECluster", "lsf": "LSFCluster"}
_SUBMIT = {"slurm": "sbatch", "pbs": "qsub", "sge": "qsub", "lsf": "bsub"}

_GONE = 15.0
"""Seconds after which the job of a worker that has gone counts as over: a worker that was killed begins again."""


class BatchSystem(Section):
    """What a cluster file says.

    Attributes
    ----------
    system : {"slurm", "pbs", "sge", "lsf"}
    jobs : int
        Jobs that are asked for.
    cores, processes : int
        Processors of one job, and the workers among which they are divided; by default one worker per processor.
    memory : str
        Of one job, such as ``8GB``.
    walltime : str
        Longest time of a job, ``HH:MM:SS``. Chunks that it cuts off are done again by the next job.
    queue, account : str
        Partition or queue, and whom the time is charged to.
    interface : str
        Network that the workers are reached over, such as ``ib0``.
    prologue : tuple of str
        Lines of the job's script before the worker starts, such as ``module load python``.
    directives : tuple of str
        Further directives for the batch system, such as ``--constraint=haswell``.
    """

    system: System
    jobs: int = Field(default=1, ge=1)
    cores: int = Field(default=1, ge=1)
    processes: int | None = Field(default=None, ge=1)
    memory: str = "2GB"
    walltime: str = "01:00:00"
    queue: str | None = None
    account: str | None = None
    interface: str | None = None
    prologue: tuple[str, ...] = Field(default=(), strict=False)
    directives: tuple[str, ...] = Field(default=(), strict=False)


def read_cluster(path: str | Path) -> BatchSystem:
    """Read and check a cluster file.

    Raises
    ------
    InputError
        Everything that is wrong, each with ``file:line:col``.
    """
    values = plain(BatchSystem(system="slurm"))
    del values["system"]
    draft = Draft(shape_of(BatchSystem), values)
    draft.apply(read(Path(path), str(path)))
    problems = list(draft.problems)
    try:
        found = BatchSystem.model_validate(draft.values)
    except ValidationError as error:
        raise InputError(problems + explain(draft, error.errors(include_url=False))) from None
    if problems:
        raise InputError(problems)
    return found


def new_cluster(wanted: BatchSystem) -> Any:  # noqa: ANN401 - dask-jobqueue has no types
    """Return the cluster of dask-jobqueue, which has asked for nothing yet."""
    with needed("cluster"):
        import dask_jobqueue

    options: dict[str, Any] = {
        "cores": wanted.cores,
        "processes": wanted.processes or wanted.cores,
        "memory": wanted.memory,
        "walltime": wanted.walltime,
        "queue": wanted.queue,
        "account": wanted.account,
        "interface": wanted.interface,
        "job_script_prologue": list(wanted.prologue),
        "job_extra_directives": list(wanted.directives),
        "scheduler_options": {"dashboard_address": None},
    }
    chosen = {name: value for name, value in options.items() if value is not None}
    if wanted.system == "sge":
        chosen.pop("account", None)  # SGE charges projects, which dask-jobqueue calls so
        if wanted.account is not None:
            chosen["project"] = wanted.account
    if wanted.system == "lsf" and wanted.account is not None:
        chosen["project"] = chosen.pop("account")
    return getattr(dask_jobqueue, _CLASSES[wanted.system])(**chosen)


def job_script(path: str | Path) -> str:
    """Return the script that the batch system of a cluster file is given for each job."""
    cluster = new_cluster(read_cluster(path))
    try:
        return str(cluster.job_script())
    finally:
        cluster.close()


class Jobs:
    """Jobs of a batch system whose workers a Dask cluster has.

    Attributes
    ----------
    cluster : dask_jobqueue.JobQueueCluster
    count : int
        Jobs that are wanted.
    """

    def __init__(self, cluster: Any, count: int) -> None:  # noqa: ANN401
        self.cluster = cluster
        self.count = count
        self._seen: dict[str, float] = {}

    def renew(self) -> None:
        """Ask for another job for each one that had begun and whose workers are gone."""
        now = time.monotonic()
        there = {str(worker["name"]) for worker in self.cluster.scheduler_info["workers"].values()}
        for job in list(self.cluster.worker_spec):
            if any(name == job or name.startswith(f"{job}-") for name in there):
                self._seen[job] = now
            elif now - self._seen.get(job, now) > _GONE:
                self._seen.pop(job)
                self.cluster.worker_spec.pop(job, None)
        if len(self.cluster.worker_spec) < self.count:
            self.cluster.scale(jobs=self.count)


@contextmanager
def open_cluster(path: str | Path, workers: int | None = None) -> Iterator[Jobs]:
    """Give the jobs of a file once they are asked for, or as many jobs as ``workers`` need.

    Raises
    ------
    InputError
        A file that is wrong, or no batch system of that kind on this machine.
    """
    wanted = read_cluster(path)
    command = _SUBMIT[wanted.system]
    if shutil.which(command) is None:
        message = (
            f"there is no {command} on this machine: start this where jobs are submitted to {wanted.system}, or name "
            "another system"
        )
        raise InputError(Problem(message, str(path), "system"))
    cluster = new_cluster(wanted)
    try:
        jobs = Jobs(cluster, wanted.jobs if workers is None else -(-workers // (wanted.processes or wanted.cores)))
        try:
            cluster.scale(jobs=jobs.count)
            cluster.sync(cluster._correct_state)
        except (OSError, RuntimeError, ValueError) as error:
            message = f"{wanted.system} does not take the job: {_in_one_line(error)}"
            raise RunError(message) from error
        yield jobs
    finally:
        cluster.close()


def _in_one_line(error: Exception) -> str:
    """Return what a command that failed has said."""
    said = str(error).partition("stderr:")[2] or str(error)
    return " ".join(said.split())
