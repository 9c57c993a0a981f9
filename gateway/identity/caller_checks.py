"""Whether a client's keys are what they should be: public halves only, each for one signature that is believed here.

Source: RFC 7517 (JWK sets), RFC 7523 (clients that prove themselves by a signature).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway.identity.keys import ALGORITHMS, algorithm_of

_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_LONGEST: Final = 32 * 1024
_MOST: Final = 20


def public_key_faults(keys: str) -> Sequence[str]:
    """What is wrong with a JWK set, one sentence each, none with key material; "" is a client without keys."""
    if not keys:
        return ()
    try:
        members = orjson.loads(keys)["keys"]
        if len(keys) > _LONGEST or not isinstance(members, list) or not all(isinstance(one, dict) for one in members):
            return (_NO_SET,)
    except (ValueError, TypeError, KeyError):
        return (_NO_SET,)
    if any(_PRIVATE & member.keys() for member in members):
        return ("`keys` holds a private key, which nobody but its owner may have: give the public half of a new one",)
    return _read_faults(members)


def with_key_names(keys: str) -> str:
    """The same JWK set as it is kept: each key with its name (`kid`), by its thumbprint unless it has one (RFC 7638).

    Errors:  ValueError if `public_key_faults` has something to say
    """
    if not keys:
        return ""
    if public_key_faults(keys):
        raise ValueError("not a JWK set of public keys")
    return orjson.dumps(
        {"keys": [key.as_dict(private=False) for key in KeySet.import_key_set(orjson.loads(keys))]}
    ).decode()


_NO_SET: Final = '`keys` is a JWK set in JSON: `{"keys": [...]}`'


def _read_faults(members: Sequence[dict[str, Any]]) -> Sequence[str]:
    try:
        held = KeySet.import_key_set({"keys": list(members)}).keys
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return ("`keys` holds a key that cannot be read",)
    if len(held) != len(members) or any(algorithm_of(key) is None for key in held):
        return (f"`keys` may hold only keys for {', '.join(ALGORITHMS)}",)
    if len({key.kid for key in held}) != len(held):
        return ("`keys` names two keys alike",)
    return (f"`keys` holds more than {_MOST} keys",) if len(held) > _MOST else ()
