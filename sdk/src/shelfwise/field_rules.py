"""What the validators of an attrs class say of its fields, each on its own, in words for the author of a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import attrs

__all__ = ["broken_alone", "broken_rules", "located"]

_ALL: type[Any] = type(attrs.validators.and_())
_OPTIONAL: type[Any] = type(attrs.validators.optional(attrs.validators.ge(0)))
_EACH: type[Any] = type(attrs.validators.deep_iterable(attrs.validators.ge(0)))
_BOUND: type[Any] = type(attrs.validators.ge(0))
_CHOICE: type[Any] = type(attrs.validators.in_(()))
_LEAST_LENGTH: type[Any] = type(attrs.validators.min_len(0))
_MOST_LENGTH: type[Any] = type(attrs.validators.max_len(0))
_BOUND_WORDS = {">=": "at least", ">": "above", "<=": "at most", "<": "below"}


def broken_rules(field: attrs.Attribute[Any], value: Any) -> str:
    """Return a field's bounds, choices and lengths in words where the value breaks one, nothing where it keeps them."""
    rules = list(_rules(field.validator, value))
    try:
        for rule in rules:
            rule(None, field, value)
    except (ValueError, TypeError):
        return " and ".join(map(_words, rules))
    return ""


def broken_alone(cls: type[Any], values: Mapping[str, Any], wrong: Collection[str], where: str) -> list[str]:
    """Return what the validators of ``cls`` say of its fields, each asked by itself.

    ``values`` are those of the fields that are given and right so far, by alias; fields in ``wrong`` are not asked,
    and a validator that looks at one of them is passed over until it is right.
    """
    instance = object.__new__(cls)
    asked = []
    for field in attrs.fields(cls):
        if field.alias in values:
            value = values[field.alias]
        elif field.alias in wrong or field.default is attrs.NOTHING or isinstance(field.default, attrs.Factory):  # type: ignore[arg-type]
            continue
        else:
            value = field.default
        if field.converter is None:  # what a converter makes of a value is for the class alone to say
            object.__setattr__(instance, field.name, value)
            asked.append((field, value))
    found = []
    for field, value in asked:
        try:
            if field.validator is not None:
                field.validator(instance, field, value)
        except (ValueError, TypeError) as error:
            path = f"{where}.{field.alias}".lstrip(".")
            found.append(_told(error, path, field.name) if field.alias in values else located(error, where))
        except AttributeError:  # it looks at a field that is wrong, or left out here
            continue
    return found


def located(error: Exception, where: str) -> str:
    """Return what building a class said, at the key that is named in it or else at ``where``."""
    named = next((part for part in error.args[1:] if isinstance(part, attrs.Attribute)), None)
    if named is None:
        return f"{where}: {_first(error)}".removeprefix(": ")
    return _told(error, f"{where}.{named.alias}".lstrip("."), named.name)


def _told(error: Exception, path: str, name: str) -> str:
    words = _first(error)
    for start in (f"{name} ", f"{name!r} "):
        if words.startswith(start):
            return f"{path} {words.removeprefix(start)}"
    return f"{path}: {words}"


def _first(error: Exception) -> str:
    """Return the words of an error; attrs adds its objects to some of its own."""
    return str(error.args[0] if error.args else error)


def _rules(validator: Any, value: Any) -> Iterator[Any]:
    """Yield each rule that has words and that a validator is made of; they look at the value alone, at no instance."""
    if isinstance(validator, _ALL):
        for part in validator._validators:  # noqa: SLF001 - attrs has no public way to its parts
            yield from _rules(part, value)
    elif isinstance(validator, _OPTIONAL) and value is not None:
        yield from _rules(validator.validator, value)
    elif isinstance(validator, (_BOUND, _CHOICE, _LEAST_LENGTH, _MOST_LENGTH)) or _is_of_each(validator):
        yield validator


def _is_of_each(validator: Any) -> bool:
    """Tell whether a validator asks the same of each entry, and nothing else."""
    return (
        isinstance(validator, _EACH)
        and validator.iterable_validator is None
        and isinstance(validator.member_validator, (_BOUND, _CHOICE))
    )


def _words(rule: Any) -> str:
    if isinstance(rule, _EACH):
        return f"each {_words(rule.member_validator)}"
    if isinstance(rule, _CHOICE):
        return f"one of {', '.join(map(repr, rule.options))}"
    if isinstance(rule, _LEAST_LENGTH):
        return f"at least {rule.min_length} long"
    if isinstance(rule, _MOST_LENGTH):
        return f"at most {rule.max_length} long"
    bound = f"{rule.bound:.15g}" if isinstance(rule.bound, (int, float)) else rule.bound
    return f"{_BOUND_WORDS[rule.compare_op]} {bound}"
