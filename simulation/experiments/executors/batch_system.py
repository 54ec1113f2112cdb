"""Workers that a batch system gives: a file says how dask-jobqueue asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from simulation.errors import InputError, Problem
from simulation.experiments.extras import needed
from simulation.scenario.declarations import plain, shape_of
from simulation.scenario.document import read
from simulation.scenario.explaining import explain
from simulation.scenario.merging import Draft
from simulation.schema import Section

__all__ = ["BatchSystem", "job_script", "new_cluster", "open_cluster", "read_cluster"]

System = Literal["slurm", "pbs", "sge", "lsf"]
_CLASSES = {"slurm": "SLURMCluster", "pbs": "PBSCluster", "sge": "SGECluster", "lsf": "LSFCluster"}


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


@contextmanager
def open_cluster(path: str | Path, workers: int | None = None) -> Iterator[Any]:
    """Give the cluster of a file with its jobs asked for, or as many jobs as ``workers`` need.

    Raises
    ------
    InputError
        A file that is wrong, or no batch system of that kind on this machine.
    """
    wanted = read_cluster(path)
    cluster = new_cluster(wanted)
    try:
        jobs = wanted.jobs if workers is None else -(-workers // (wanted.processes or wanted.cores))
        try:
            cluster.scale(jobs=jobs)
            cluster.sync(cluster._correct_state)
        except (OSError, RuntimeError) as error:
            message = f"{wanted.system} cannot be asked for workers from this machine: {error}"
            raise InputError(Problem(message, str(path))) from error
        yield cluster
    finally:
        cluster.close()
