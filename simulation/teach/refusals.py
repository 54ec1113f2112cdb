"""What the server refuses, each a sentence in English and Korean."""

from __future__ import annotations

from collections.abc import Iterable

from simulation.errors import InputError, Problem, TierwiseError, printable
from simulation.scenario.merging import did_you_mean
from simulation.teach.declaration import Text

__all__ = ["SENTENCES", "BusyError", "RefusedError", "TooLargeError", "hint", "said", "told"]

SENTENCES = {
    "host": (
        "this server answers only at its own address on this machine",
        "이 서버는 이 컴퓨터의 자기 주소로 온 요청에만 답합니다",
    ),
    "method": ("this server knows GET and POST", "이 서버는 GET과 POST만 받습니다"),
    "origin": (
        "only the page of this server may ask it to run something",
        "이 서버의 페이지만 실행을 요청할 수 있습니다",
    ),
    "kind": ("write the request as application/json", "요청을 application/json 형식으로 보내십시오"),
    "body": ("a request may have at most {most:,} bytes", "요청은 {most:,}바이트를 넘을 수 없습니다"),
    "early": ("the request ended early", "요청이 중간에 끊겼습니다"),
    "slow": ("the request came too slowly", "요청이 너무 느리게 도착했습니다"),
    "missing": ("there is nothing of that name here", "그런 이름의 자료가 없습니다"),
    "fault": (
        "this run failed, by a fault in Tierwise and not in the request",
        "실행에 실패했습니다. 요청이 아니라 Tierwise의 오류입니다",
    ),
    "busy": (
        "too many runs are waiting; try again in a minute",
        "기다리는 실행이 너무 많습니다. 잠시 뒤에 다시 시도하십시오",
    ),
    "other": ("{reason}", "이 설정으로는 실행할 수 없습니다. 까닭(영어): {reason}"),
    "json": ("the request is not valid JSON", "요청이 올바른 JSON이 아닙니다"),
    "object": ("the request must be a JSON object such as {{}}", "요청은 {{}} 같은 JSON 객체여야 합니다"),
    "key": (
        "{name} is unknown here; a request may hold {known}",
        "{name}: 알 수 없는 항목입니다. 요청에 담을 수 있는 것은 {known}입니다",
    ),
    "lesson.word": ("write the name of a lesson, or nothing", "수업의 이름을 쓰거나 비워 두십시오"),
    "lesson": ("there is no lesson {name}{hint}", "{name} 수업은 없습니다{hint}"),
    "lesson.policies": ("this lesson has its own policies", "이 수업에는 정해진 정책이 있습니다"),
    "lesson.locked": (
        "this lesson does not let you move it; what can be moved: {known}",
        "이 수업에서는 바꿀 수 없습니다. 바꿀 수 있는 것: {known}",
    ),
    "seed": ("write a whole number from 0 to {most:,}", "0부터 {most:,}까지의 정수를 쓰십시오"),
    "policies": ("write a list of names of policies", "정책 이름의 목록을 쓰십시오"),
    "policy": ("there is no policy {name}{hint}", "{name} 정책은 없습니다{hint}"),
    "policies.many": (
        "at most {most} policies stand beside the first run",
        "첫 실행 옆에는 정책을 {most}개까지 놓을 수 있습니다",
    ),
    "values": ("write at most {most} values by dotted path", "값은 점으로 이은 경로로 {most}개까지 쓸 수 있습니다"),
    "value": ("write a number, a switch or a word", "수, 참·거짓 또는 낱말을 쓰십시오"),
    "value.path": ("this cannot be moved here{hint}", "여기서는 바꿀 수 없습니다{hint}"),
    "value.level": (
        "{value} is not allowed here; it may be one of {ends}",
        "{value}: 여기서 쓸 수 없는 값입니다. 가능한 값: {ends}",
    ),
    "value.whole": (
        "{value} is not allowed here; it may be a whole number from {low} to {high}",
        "{value}: 여기서 쓸 수 없는 값입니다. {low} 이상 {high} 이하의 정수여야 합니다",
    ),
    "value.number": (
        "{value} is not allowed here; it may be a number from {low} to {high}",
        "{value}: 여기서 쓸 수 없는 값입니다. {low} 이상 {high} 이하의 수여야 합니다",
    ),
    "large.firms": (
        "{firms:,} firms are too many for a class, in which a model has at most {most:,}",
        "기업 {firms:,}곳은 수업에 너무 많습니다. {most:,}곳까지 됩니다",
    ),
    "large": (
        "{name} has {firms:,} firms and {months} months; a class runs at most {most:,} firms and {longest} months",
        "{name}: 기업 {firms:,}곳, {months}개월입니다. 수업에서는 기업 {most:,}곳, {longest}개월까지 실행합니다",
    ),
}  # fmt: skip


def said(name: str, /, **values: object) -> Text:
    """Return one of `SENTENCES` with its values; a value that is a `Text` is said in either language."""
    english, korean = SENTENCES[name]
    given = {
        language: {key: value.in_(language) if isinstance(value, Text) else value for key, value in values.items()}
        for language in ("en", "ko")
    }
    return Text(en=english.format(**given["en"]), ko=korean.format(**given["ko"]))


def hint(word: str, known: Iterable[str], otherwise: Text | None = None) -> Text:
    """Return what follows a name that does not exist: the nearest one that does, or something else."""
    names = list(known)
    near = did_you_mean(word, names)
    if not near:
        return otherwise or Text(en=f"; they are {', '.join(names)}", ko=f". 있는 것: {', '.join(names)}")
    return Text(en=near, ko=f". 혹시 {near.split('mean ')[1].rstrip('?')}입니까?")


class RefusedError(InputError):
    """Something that a browser asked for and does not get.

    Attributes
    ----------
    status : int
        Of the answer (HTTP).
    text : Text
        The sentence in both languages, with the path that it is about.
    """

    status = 400

    def __init__(self, name: str, path: str = "", /, **values: object) -> None:
        text = said(name, **values)
        super().__init__(Problem(text.en, path=path))
        start = f"{path}: " if path else ""
        self.text = Text(en=printable(start + text.en), ko=printable(start + text.ko))


class TooLargeError(RefusedError):
    """A model that is too large to be run for a class."""

    status = 422


class BusyError(RefusedError):
    """More work is waiting than a class should have to wait for."""

    status = 503


def told(error: BaseException) -> tuple[int, Text]:
    """Return status and sentence for an error; of a fault of our own a browser is told nothing but that."""
    match error:
        case RefusedError():
            return error.status, error.text
        case TierwiseError():
            reason = str(error).split("\n")[0]
            return (400 if isinstance(error, InputError) else 500), said("other", reason=reason)
    return 500, said("fault")
