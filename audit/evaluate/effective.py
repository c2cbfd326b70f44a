"""Effective permissions of every principal of an account at once, as bitsets.

The single decision (`audit.policy.decision`) is the specification; a test holds this module to it. Each distinct
document is compiled once; principals combine their documents by and, or, not, and meet the ceiling of their account.
"""

from __future__ import annotations

from audit.evaluate.actions import ActionIndex
from audit.evaluate.ceiling import Ceiling
from audit.evaluate.compile import NOTHING, CompiledDocument, compile_document, denials_within
from audit.evaluate.compiled import CompiledDocuments
from audit.evaluate.holders import NO_DOCUMENT, AccountPolicies, Attachment, Holder
from audit.evaluate.known import KnownContexts
from audit.evaluate.layers import Permissions, combined, permissions_of
from audit.evaluate.outcomes import Outcomes, keys_of
from audit.model.entitlement import PolicyType
from audit.policy.decision import bounded_by_rcps


class EffectivePermissions:
    """The evaluator of one account for one list of actions."""

    def __init__(
        self,
        policies: AccountPolicies,
        index: ActionIndex,
        known: KnownContexts,
        *,
        once: bool = False,
        wider: CompiledDocuments | None = None,
    ) -> None:
        """`once` and `wider`: as `CompiledDocuments` takes them."""
        self.policies = policies
        self.index = index
        self.known = known
        self.outcomes = Outcomes()
        self.documents = CompiledDocuments(policies.documents, index, once=once, wider=wider)
        self.compiled = self.documents.of
        """A document of the account by its number."""
        self._contested_in: dict[int, int] = {}
        self._rcp_actions = _rcp_actions(index) if policies.rcps else 0
        self.ceiling = Ceiling(
            [tuple(map(self.compiled_of, level)) for level in policies.scps],
            [tuple(map(self.compiled_of, level)) for level in policies.rcps],
            index,
            known,
            self.outcomes,
        )

    @property
    def doubtful(self) -> set[int]:
        """The documents, of those looked at so far, that cannot be evaluated in part or whole."""
        return self.documents.doubtful

    def compiled_of(self, attachment: Attachment) -> CompiledDocument:
        """The document of an attached policy; of an RCP, what it denies of the services that RCPs bear on."""
        if attachment.type is not PolicyType.RCP:
            return self.compiled(attachment.document)
        document = compile_document(self.policies.trusts.parsed(attachment.document), self.index)
        return denials_within(document, self._rcp_actions, self.index)

    def of(self, holder: Holder, *, denials: bool = True) -> Permissions:
        """What the holder may do. Who does not ask for `denials` is not told which actions are denied explicitly."""
        compiled, kept = self.compiled, self.documents.kept
        documents = [kept(number) or compiled(number) for number in holder.identity]
        bearing = [document for document in documents if document is not NOTHING]
        if not bearing and not denials:
            # The answer for most, which nothing can bound further.
            return _DENIED
        bounded = not self.ceiling.open and not holder.service_linked
        if not bearing:
            return self.ceiling.of_nobody(holder) if bounded else _DENIED
        boundary = None if holder.boundary == NO_DOCUMENT else compiled(holder.boundary)
        allow = limited = scope = 0
        plain = boundary is None
        for document in bearing:
            allow |= document.allow
            limited |= document.limited
            plain = plain and document.plain
        if plain:
            own = Permissions(allow)
        else:
            scope, own = _added_up(bearing, boundary, denials=denials)
        if bounded:
            scope |= self.ceiling.limited & limited
            if self.ceiling.partial & (limited if boundary is None else limited | boundary.limited):
                scope |= self._contested(holder)
        if scope:
            return self._joint(holder, bearing, own.within(~scope), scope, bounded=bounded, denials=denials)
        return self.ceiling.over(own, holder, denials=denials) if bounded else own

    def _contested(self, holder: Holder) -> int:
        """What control policies may take away because they deny all the resources that a statement names."""
        contested = 0
        for number in (*holder.identity, *([] if holder.boundary == NO_DOCUMENT else [holder.boundary])):
            found = self._contested_in.get(number)
            if found is None:
                found = self._contested_in[number] = self.ceiling.contested(self.compiled(number))
            contested |= found
        return contested

    def _joint(
        self,
        holder: Holder,
        bearing: list[CompiledDocument],
        own: Permissions,
        scope: int,
        *,
        bounded: bool,
        denials: bool,
    ) -> Permissions:
        """What hangs on conditions or resources: all that bears on the actions of `scope` together; `own` beside."""
        groups = [tuple(bearing)]
        if holder.boundary != NO_DOCUMENT:
            groups.append((self.compiled(holder.boundary),))
        if bounded:
            groups += self.ceiling.settled(holder, scope).groups
            own = self.ceiling.over(own, holder, denials=denials).within(~scope)
        combination = combined(groups, scope)
        known = self.known.told(holder, keys_of(combination.conditions))
        return own.beside(permissions_of(combination, known, self.outcomes))


_DENIED = Permissions()
"""Of who has no policy that says anything of the actions."""


def _rcp_actions(index: ActionIndex) -> int:
    """The actions that RCPs bear on."""
    return sum(index.bit(action) for action in index.actions if bounded_by_rcps(action))


def _added_up(
    bearing: list[CompiledDocument], boundary: CompiledDocument | None, *, denials: bool
) -> tuple[int, Permissions]:
    """The actions that hang on conditions or on resources, and what is decided of the others: or, and not."""
    allow = deny = doubt_allow = doubt_deny = partial = limited = scope = possible = 0
    for document in bearing:
        allow |= document.allow
        limited |= document.limited
        possible |= document.possible
        if not document.plain:
            deny |= document.deny
            doubt_allow |= document.doubt_allow
            doubt_deny |= document.doubt_deny
            partial |= document.partial
            scope |= document.open
    hoped = allow | doubt_allow
    if boundary is None:
        scope |= partial & limited
    else:
        # An Allow of all resources is left whatever is denied on some, and meets every other.
        scope |= boundary.open | ((partial | boundary.partial) & (limited | boundary.limited))
        scope |= limited & boundary.limited
        hoped &= boundary.allow | boundary.doubt_allow
        allow &= boundary.allow
        deny |= boundary.deny
        doubt_deny |= boundary.doubt_deny
    if not denials:
        # What nothing can allow is denied, one way or the other.
        scope &= possible
    granted = allow & ~(deny | scope)
    return scope, Permissions(
        allowed=granted & ~doubt_deny,
        conditional=granted & doubt_deny,
        denied=deny & ~scope,
        not_evaluated=hoped & ~(granted | deny | scope),
    )
