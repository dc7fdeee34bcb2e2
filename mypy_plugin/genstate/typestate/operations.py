"""Operations on generators: the contract table applied to abstract states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from genstate.cfg.exceptions import BASE_EXCEPTION, STOP_ITERATION
from genstate.cfg.vocabulary import Constant, Operation, Protocol
from genstate.typestate import contract
from genstate.typestate.conditions import LOST, Being, Condition, kind, origin
from genstate.typestate.contract import Gives, Outcome, Raises, Source, State
from genstate.typestate.store import Store
from genstate.typestate.values import (
    UNKNOWN,
    Atom,
    Generator,
    Known,
    Thrown,
    Value,
    constant,
    is_none,
    ordered,
    thrown,
)

#: What the body of a generator may raise.
OUT_OF_BODY: Final[dict[Protocol, Value]] = {
    protocol: frozenset({Thrown(excluded=contract.converted(protocol))}) for protocol in Protocol
}

#: A StopIteration that would come out of an `await` ends it, or becomes a RuntimeError (PEP 479).
OUT_OF_AWAIT: Final[Value] = frozenset({Thrown(excluded=frozenset({STOP_ITERATION}))})

_UNFINISHED: Final = {State.CREATED.value, State.SUSPENDED.value}

#: What happened to a generator, by the operation that did it and the state that it left behind.
_HOW: Final = {
    (Operation.NEXT, State.SUSPENDED): "resumed",
    (Operation.SEND, State.SUSPENDED): "resumed",
    (Operation.THROW, State.SUSPENDED): "resumed",
    (Operation.THROW, State.CLOSED): "thrown",
    (Operation.CLOSE, State.CLOSED): "closed",
}


@dataclass(frozen=True, slots=True)
class Request:
    """An operation as the transfer functions see it.

    Attributes:
        operation: what is done.
        line: where it is written.
        receiver: the generators that it may be done to.
        argument: what is sent or thrown.
        default: the end of the generator gives a value instead of an exception.
        fallback: that value.
        goes_on: the generator is known not to be at its end, if it is not one of ours.
        protocol: the protocol whose words the source uses.
        site: the event that writes the operation.
    """

    operation: Operation
    line: int
    receiver: Value
    argument: Value = UNKNOWN
    default: bool = False
    goes_on: bool = False
    protocol: Protocol = Protocol.ASYNC
    site: int = -1
    fallback: Value = UNKNOWN


@dataclass(frozen=True, slots=True)
class Result:
    """One way in which an operation can come out.

    Attributes:
        store: the state behind it.
        receiver: the one generator that this way is about (None: not known).
        value: what it gives; None where it raises.
        raised: what it raises; None where it gives a value.
        stopped: it raises the exception that tells the end of the generator.
    """

    store: Store
    receiver: Atom | None
    value: Value | None
    raised: Value | None
    stopped: bool = False


def perform(store: Store, request: Request) -> Iterator[Result]:
    """All ways in which an operation can come out, on all generators that it may be done to."""
    for atom in ordered(request.receiver):
        if not isinstance(atom, Generator):
            yield from _on_unknown(store, request)
            continue
        for conditions in _by_state(store.conditions(atom.object)):
            found = store.with_object(atom.object, conditions)
            yield from _in_state(found, request, atom, conditions[0])


def repeat(store: Store, request: Request) -> Iterator[Result]:
    """All that comes of asking for one value after another."""
    todo, seen = [store], {store}
    while todo:
        for result in perform(todo.pop(), request):
            yield result
            if result.value is not None and result.store not in seen:
                seen.add(result.store)
                todo.append(result.store)


def _by_state(conditions: frozenset[Condition]) -> Iterable[list[Condition]]:
    """What comes of an operation depends on the state alone, not on how it was reached."""
    found: dict[object, list[Condition]] = {}
    for condition in sorted(ordered(conditions), key=origin):
        found.setdefault(kind(condition), []).append(condition)
    return found.values()


def _on_unknown(store: Store, request: Request) -> Iterator[Result]:
    escaped = store.escape(request.argument)
    sync = request.protocol is Protocol.SYNC
    if sync and any(isinstance(atom, Thrown) for atom in request.argument):
        escaped = escaped.doubted()  # a trampoline, which throws on what it is given
    yield Result(escaped, None, UNKNOWN, None)
    yield Result(escaped, None, None, thrown(BASE_EXCEPTION) if sync else OUT_OF_AWAIT)
    ends = not (request.default or request.goes_on)
    if request.operation is Operation.NEXT and ends:
        stop = contract.stop(request.protocol)
        raised = thrown(stop, exact=True, origin=request.site)
        yield Result(escaped, None, None, raised, stopped=True)


def _in_state(
    store: Store, request: Request, generator: Generator, condition: Condition
) -> Iterator[Result]:
    # What is sent is in the generator's hands now, and what it gives came out of them.
    store = store.escape(request.argument)
    if condition == LOST or not isinstance(condition, Being):
        yield from _in_unknown_state(store, request, generator)
        return
    protocol = generator.function.protocol
    for operation in _effective(request):
        for outcome in contract.outcomes(protocol, State(condition.state), operation):
            if _is_left(generator, condition, operation, outcome):
                yield _outcome(store, request, generator, condition, outcome)


def _is_left(generator: Generator, before: Being, operation: Operation, outcome: Outcome) -> bool:
    """Whether the body allows for the outcome, by how it ends and how many values it gives."""
    if operation is Operation.CLOSE and generator.function.body.just_ends:
        return isinstance(outcome, Gives)
    if operation in (Operation.CLOSE, Operation.THROW):
        return True
    supply, taken = generator.function.body.supply, before.taken
    if before.state not in _UNFINISHED or taken is None:
        return True
    if isinstance(outcome, Gives):
        return not outcome.yielded or supply.most is None or taken < supply.most
    stopped = outcome.exception is contract.stop(generator.function.protocol)
    return not (stopped and (supply.endless or taken < supply.least))


def _in_unknown_state(store: Store, request: Request, generator: Generator) -> Iterator[Result]:
    """Nothing is known of the generator; but what ends it, or finds it ended, leaves it so."""
    store = store.with_object(generator.object, (LOST,))
    closing = request.operation is Operation.CLOSE
    how = "closed" if closing else "exhausted"
    ended = store.end(generator.object, Being(State.CLOSED.value, how, request.line))
    yield Result(ended if closing else store, generator, UNKNOWN, None)
    protocol = generator.function.protocol
    # One that has ignored GeneratorExit once answers aclose() with StopAsyncIteration from then on.
    raised = thrown(BASE_EXCEPTION) if closing else OUT_OF_BODY[protocol]
    yield Result(store, generator, None, raised)
    if not (request.default or closing):
        stop = contract.stop(protocol)
        driven = request.operation in (Operation.NEXT, Operation.SEND)
        after = ended if driven else store
        yield Result(after, generator, None, thrown(stop, exact=True), stopped=True)


def _effective(request: Request) -> Iterable[Operation]:
    """Sending None is the same as asking for the next value."""
    if request.operation is not Operation.SEND:
        return (request.operation,)
    found = set()
    for atom in request.argument:
        none = is_none(atom)
        if none is not False:
            found.add(Operation.NEXT)
        if none is not True:
            found.add(Operation.SEND)
    return sorted(found, key=lambda operation: operation.value)


def _outcome(
    store: Store, request: Request, generator: Generator, before: Being, outcome: Outcome
) -> Result:
    after = _enter(store, request, generator, before, outcome)
    if isinstance(outcome, Gives):
        known = not (outcome.yielded or outcome.returned)
        value = constant(Constant.NONE) if known else UNKNOWN
        return Result(after, generator, value, None)
    stopped = outcome.exception is contract.stop(generator.function.protocol)
    if stopped and request.default:
        return Result(after, generator, request.fallback, None)
    raised = _raised(request, outcome, generator.function.protocol)
    if stopped:
        raised = frozenset(replace(a, origin=request.site) for a in raised if isinstance(a, Thrown))
    return Result(after, generator, None, raised, stopped)


def _enter(
    store: Store, request: Request, generator: Generator, before: Being, outcome: Outcome
) -> Store:
    """The store with the state that the outcome leaves the generator in."""
    resumes = outcome.state is State.CLOSED and generator.function.body.supply.resumes
    if outcome.state is None or resumes:
        return store.with_object(generator.object, (LOST,))
    state = outcome.state.value
    if state == before.state and state != State.SUSPENDED.value:
        return store
    taken = _taken(request, generator, before, outcome.state)
    after = Being(state, _how(request, outcome), request.line, taken)
    return store.with_object(generator.object, (after,))


def _taken(request: Request, generator: Generator, before: Being, state: State) -> int | None:
    """How many values were taken behind the operation, which may have given another one."""
    if state is State.CLOSED:
        return 0
    if request.operation is Operation.THROW or before.taken is None:
        return None
    return min(before.taken + 1, generator.function.body.supply.counted)


def _how(request: Request, outcome: Outcome) -> str:
    if isinstance(outcome, Raises):
        if outcome.exception is contract.stop(Protocol.ASYNC) or (
            outcome.exception is contract.stop(Protocol.SYNC)
        ):
            return "exhausted"
        return "thrown" if outcome.exception is Source.THROWN else "failed"
    assert outcome.state is not None
    return _HOW[request.operation, outcome.state]


def _raised(request: Request, outcome: Raises, protocol: Protocol) -> Value:
    if outcome.exception is Source.BODY:
        return OUT_OF_BODY[protocol]
    if outcome.exception is Source.THROWN:
        found = frozenset(atom for atom in request.argument if isinstance(atom, Thrown))
        return found or thrown(BASE_EXCEPTION)
    assert not isinstance(outcome.exception, Source)
    return thrown(outcome.exception, exact=True)


def sends_none(request_argument: Value, *, never_none: bool) -> bool | None:
    """Whether what is sent is None: False where it certainly is not."""
    if never_none:
        return False
    answers = {is_none(atom) for atom in request_argument}
    return answers.pop() if len(answers) == 1 else None


def known(argument: Value, *, never_none: bool) -> Value:
    """The argument, with what its type says of it."""
    if not never_none:
        return argument
    rest = frozenset(
        Known(Constant.NOT_NONE) if is_none(atom) is not False else atom for atom in argument
    )
    return rest or constant(Constant.NOT_NONE)
