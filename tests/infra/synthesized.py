"""A synthesized template, and the questions that tests ask it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.app import build_app, written_context

ACCOUNT = "123456789012"
REGION = "us-east-1"
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack",
}

Resource = dict[str, Any]


@dataclass(frozen=True)
class Synthesized:
    """``name`` of the stack and the file with its template."""

    name: str
    path: Path

    @cached_property
    def template(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return read

    @property
    def resources(self) -> dict[str, Resource]:
        found: dict[str, Resource] = self.template["Resources"]
        return found

    def of_type(self, kind: str) -> dict[str, Resource]:
        """Logical id → properties of the resources of one type, such as ``SQS::Queue``."""
        return {
            key: value.get("Properties", {}) for key, value in self.resources.items() if value["Type"] == f"AWS::{kind}"
        }

    def only(self, kind: str) -> Resource:
        """The properties of the one resource of a type."""
        (properties,) = self.of_type(kind).values()
        return properties

    @property
    def functions(self) -> dict[str, Resource]:
        """Folder in ``functions/`` → properties of the function."""
        return {f["FunctionName"].removeprefix(f"{self.name}-"): f for f in self.of_type("Lambda::Function").values()}

    def read(self, value: Any) -> str:
        """Text of a value, where references become the logical id without its hash: ``ContactsQueue``, ``Table``."""
        match value:
            case str():
                return value
            case {"Ref": name}:
                return PSEUDO.get(name) or short(name)
            case {"Fn::GetAtt": [name, "Arn"]}:
                return short(name)
            case {"Fn::GetAtt": [name, attribute]}:
                return f"{short(name)}.{attribute}"
            case {"Fn::Join": [separator, parts]}:
                return str(separator).join(self.read(part) for part in parts)
        raise AssertionError(f"cannot read {value!r}")

    def statements(self, role: str) -> Iterator[Resource]:
        """Every statement of a role, by its logical id, wherever it is written."""
        properties = self.resources[role]["Properties"]
        assert "ManagedPolicyArns" not in properties
        documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        for policy in self.of_type("IAM::Policy").values():
            if {"Ref": role} in policy["Roles"]:
                documents.append(policy["PolicyDocument"])
        for document in documents:
            yield from document["Statement"]

    def permissions(self, role: str) -> set[tuple[str, str]]:
        """(action, resource) of everything that a role may do."""
        return {
            (action, self.read(resource))
            for statement in self.statements(role)
            if statement["Effect"] == "Allow"
            for action in many(statement["Action"])
            for resource in many(statement["Resource"])
        }

    def role_of(self, function: str) -> str:
        role: str = self.functions[function]["Role"]["Fn::GetAtt"][0]
        return role


def short(logical_id: str) -> str:
    """A logical id without the eight characters that CDK adds."""
    return re.sub(r"[0-9A-F]{8}$", "", logical_id)


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def synthesize(outdir: Path, **context: object) -> Synthesized:
    """With the context of ``cdk.json``, so with cdk-nag, which raises at a finding."""
    app = build_app({**written_context(), "aws:cdk:bundling-stacks": [], **context}, outdir)
    app.synth()
    (path,) = outdir.glob("*.template.json")
    return Synthesized(path.name.removesuffix(".template.json"), path)
