"""Workers that a batch system gives: a file says how dask-jobqueue asks for them."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationError

from simulation.errors import InputError, Problem, RunError
from simulation.experiments.extras import needed
from simulation.scenario.declarations import plain, shape_of
from simulation.scenario.document import read
from simulation.scenario.explaining import explain
from simulation.scenario.merging import Draft, did_you_mean
from simulation.scenario.shipped import PREFIX, shipped_folder
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
        Further directives for the batch system, such as ``--constraint=haswell``. SGE is told in one of them how many
        processors a job has, because the name of the parallel environment differs from place to place: ``-pe smp 8``.
    """

    system: System
    jobs: int = Field(default=1, ge=1)
    cores: int = Field(default=1, ge=1)
    processes: int | None = Field(default=None, ge=1)
    memory: Annotated[str, Field(pattern=r"^\d+(\.\d+)? ?[kMGT]i?B$")] = "2GB"
    walltime: Annotated[str, Field(pattern=r"^\d{1,4}:\d\d:\d\d$")] = "01:00:00"
    queue: str | None = None
    account: str | None = None
    interface: str | None = None
    prologue: tuple[str, ...] = Field(default=(), strict=False)
    directives: tuple[str, ...] = Field(default=(), strict=False)


def shipped_clusters() -> list[str]:
    """Return the names of the shipped cluster files, ordered."""
    return sorted(file.stem for file in (shipped_folder() / "clusters").glob("*.yaml"))


def read_cluster(path: str | Path) -> BatchSystem:
    """Read and check a cluster file, or a shipped one by its name, such as ``tierwise:slurm``.

    Raises
    ------
    InputError
        Everything that is wrong, each with ``file:line:col``.
    """
    name = str(path).removeprefix(PREFIX)
    is_shipped = name in shipped_clusters() and not (Path(path).is_file())
    file = shipped_folder() / "clusters" / f"{name}.yaml" if is_shipped else Path(path)
    if not file.is_file():
        close = did_you_mean(name, shipped_clusters()) or f"; shipped are {', '.join(shipped_clusters())}"
        raise InputError(Problem(f"there is no such cluster file{close}", str(path)))
    values = plain(BatchSystem(system="slurm"))
    del values["system"]
    draft = Draft(shape_of(BatchSystem), values)
    draft.apply(read(file, str(path)))
    problems = list(draft.problems)
    try:
        found = BatchSystem.model_validate(draft.values)
    except ValidationError as error:
        raise InputError(problems + explain(draft, error.errors(include_url=False))) from None
    if found.system == "sge" and found.cores > 1 and not any(text.startswith("-pe") for text in found.directives):
        message = f"SGE needs the parallel environment that gives {found.cores} cores, such as -pe smp {found.cores}"
        problems.append(Problem(message, draft.place(("directives",)), "directives"))
    if problems:
        raise InputError(problems)
    return found


def new_cluster(path: str | Path) -> Any:  # noqa: ANN401 - dask-jobqueue has no types
    """Return the cluster of a file, as dask-jobqueue has it: its scheduler runs here, no job was asked for yet.

    Raises
    ------
    InputError
        A file that is wrong, or names a network that is not there.
    """
    with needed("cluster"), _signals_kept():
        import dask_jobqueue
        import psutil

    wanted = read_cluster(path)
    networks = psutil.net_if_addrs()
    if wanted.interface is not None and wanted.interface not in networks:
        message = f"this machine has no network {wanted.interface!r}, but {', '.join(networks)}"
        raise InputError(Problem(message, str(path), "interface"))
    kind = getattr(dask_jobqueue, _CLASSES[wanted.system])
    return kind(job_cls=_patient(kind.job_cls), **_options(wanted))


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Undo that dask-jobqueue, where it is imported, lets Ctrl-C end the program at whatever it is."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is not before:
            signal.signal(signal.SIGINT, before)


def _patient(job: type[Any]) -> type[Any]:
    """Return a class of jobs that note why they were refused; dask-jobqueue cannot close a cluster with such jobs."""
    from distributed.core import Status

    class Patient(job):  # type: ignore[misc]
        refusals: ClassVar[list[str]] = []

        async def start(self) -> None:
            try:
                await super().start()
            except (OSError, RuntimeError, ValueError) as error:
                self.refusals.append(_in_one_line(error))
                self.status = Status.running

    return Patient


def _options(wanted: BatchSystem) -> dict[str, Any]:
    """Return what dask-jobqueue calls the values of a file."""
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
        "scheduler_options": {"dashboard_address": ":0"},  # any port that is free
    }
    chosen = {name: value for name, value in options.items() if value is not None}
    if wanted.system in ("sge", "lsf") and wanted.account is not None:
        chosen["project"] = chosen.pop("account")  # as these systems call whom the time is charged to
    if wanted.system == "lsf":
        chosen["walltime"] = wanted.walltime.rpartition(":")[0]  # in hours and minutes
    return chosen


def job_script(path: str | Path) -> str:
    """Return the script that the batch system of a cluster file is given for each job."""
    cluster = new_cluster(path)
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

    def ask(self) -> None:
        """Ask for the jobs that are not there.

        Raises
        ------
        RunError
            The batch system refuses them, with what it says.
        """
        self.cluster.scale(jobs=self.count)
        self.cluster.sync(self.cluster._correct_state)
        if self.cluster.job_cls.refusals:
            message = f"the batch system does not take the job: {self.cluster.job_cls.refusals[0]}"
            raise RunError(message)

    def renew(self) -> None:
        """Ask for another job for each one that had begun and whose workers are gone."""
        now = time.monotonic()
        there = {str(worker["name"]) for worker in self.cluster.scheduler_info["workers"].values()}
        for job in list(self.cluster.worker_spec):
            if any(name == job or name.startswith(f"{job}-") for name in there):
                self._seen[job] = now
        over = [job for job, seen in self._seen.items() if now - seen > _GONE]
        for job in over:
            del self._seen[job]
            self.cluster.worker_spec.pop(job, None)
        if over:
            self.cluster.sync(self.cluster._correct_state)  # the names of those that are over are free then
            self.ask()


@contextmanager
def open_cluster(path: str | Path, workers: int | None = None) -> Iterator[Jobs]:
    """Give the jobs of a file once they are asked for, or as many jobs as ``workers`` need.

    Raises
    ------
    InputError
        A file that is wrong, or no batch system of that kind on this machine.
    RunError
        The batch system refuses the jobs.
    """
    wanted = read_cluster(path)
    command = _SUBMIT[wanted.system]
    if shutil.which(command) is None:
        message = (
            f"there is no {command} on this machine: start this where jobs are submitted to {wanted.system}, or name "
            "another system"
        )
        raise InputError(Problem(message, str(path), "system"))
    cluster = new_cluster(path)
    try:
        jobs = Jobs(cluster, wanted.jobs if workers is None else -(-workers // (wanted.processes or wanted.cores)))
        jobs.ask()
        yield jobs
    finally:
        cluster.close()


def _in_one_line(error: Exception) -> str:
    """Return what a command that failed has said."""
    said = str(error).partition("stderr:")[2] or str(error)
    return " ".join(said.split())
