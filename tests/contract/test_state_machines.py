"""Step Functions: a name makes an execution happen once; that is what arming a minute twice relies on.

Source: AWS Step Functions API Reference, StartExecution.
"""

import json

import pytest

from leadwell.due.buckets import execution_name
from leadwell.store.state_machines import StepFunctionsStarter
from tests.contract.requests import Machines, refused

MINUTE = "2099-11-22T04:30Z"


def start(machines: Machines, name: str, given: str) -> str:
    answer = machines.client.start_execution(stateMachineArn=machines.arn, name=name, input=given)
    return str(answer["executionArn"])


def given(minute: str = MINUTE) -> str:
    return json.dumps({"minute": minute, "at": minute.replace("Z", ":00Z")})


def test_the_same_start_again_is_the_same_execution(machines: Machines) -> None:
    first = start(machines, "due-1", given())
    assert start(machines, "due-1", given()) == first


def test_the_same_name_for_something_else_is_taken(machines: Machines) -> None:
    start(machines, "due-1", given())
    with refused("ExecutionAlreadyExists"):
        start(machines, "due-1", given("2099-11-22T04:31Z"))


def test_the_name_of_an_execution_that_has_ended_is_taken(machines: Machines) -> None:
    """For 90 days: a minute that is armed again later is woken by the sweep."""
    machines.end(start(machines, "due-1", given()))
    with refused("ExecutionAlreadyExists"):
        start(machines, "due-1", given())


def test_other_names_are_other_executions(machines: Machines) -> None:
    assert start(machines, "due-1", given()) != start(machines, "due-2", given())


def test_arming_a_minute_twice_is_no_error_whenever_it_happens(machines: Machines) -> None:
    name = execution_name(MINUTE)
    execution = start(machines, name, given())
    arming = StepFunctionsStarter(machines.client, machines.arn, machines.arn)
    arming.start_delay(MINUTE, name)
    arming.start_rebuild(name, "another input under the same name")
    machines.end(execution)
    arming.start_delay(MINUTE, name)


def test_the_names_that_are_used_are_names(machines: Machines) -> None:
    for name in (execution_name(MINUTE), "plan-0123456789abcdef-12", "x" * 80):
        start(machines, name, given())


@pytest.mark.parametrize("case", ["a colon", "a space", "a slash", "81 characters", "none"])
def test_what_is_no_name_is_refused(machines: Machines, case: str) -> None:
    names = {"a colon": MINUTE, "a space": "due 1", "a slash": "due/1", "81 characters": "x" * 81, "none": ""}
    with refused("InvalidName", "ValidationException"):
        start(machines, names[case], given())


def test_a_machine_that_is_not_there_is_no_success(states: Machines) -> None:
    with refused("StateMachineDoesNotExist"):
        states.client.start_execution(stateMachineArn=f"{states.arn}-nowhere", name="due-1", input=given())


def test_the_input_must_be_json(states: Machines) -> None:
    with refused("InvalidExecutionInput"):
        start(states, "due-1", "{")
