"""Effective permissions of every principal of an account at once, as bitsets.

The single decision (`audit.policy.decision`) is the specification; a test holds this module to it. Each distinct
document is compiled once; principals combine their documents by and, or, not, and meet the ceiling of their account.
"""

from __future__ import annotations

from audit.evaluate.actions import ActionIndex
from audit.evaluate.ceiling import Ceiling
from audit.evaluate.compile import NOTHING, CompiledDocument, compile_document, compile_raw, denials_within
from audit.evaluate.holders import NO_DOCUMENT, AccountPolicies, Attachment, Holder
from audit.evaluate.known import KnownContexts
from audit.evaluate.layers import Combination, Permissions, combined, permissions_of, settled_permissions
from audit.evaluate.outcomes import Outcomes, keys_of
from audit.model.entitlement import PolicyType
from audit.policy.decision import bounded_by_rcps


class EffectivePermissions:
    """The evaluator of one account for one list of actions."""

    def __init__(self, policies: AccountPolicies, index: ActionIndex, known: KnownContexts) -> None:
        self.policies = policies
        self.index = index
        self.known = known
        self.outcomes = Outcomes()
        self._compiled: dict[int, CompiledDocument] = {}
        self.any_doubtful = False
        """Whether any policy that was looked at so far cannot be evaluated in part or whole."""
        self._contested_in: dict[int, int] = {}
        self._rcp_actions = _rcp_actions(index) if policies.rcps else 0
        self.ceiling = Ceiling(
            [tuple(map(self.compiled_of, level)) for level in policies.scps],
            [tuple(map(self.compiled_of, level)) for level in policies.rcps],
            index,
            known,
            self.outcomes,
        )
        self.any_doubtful = self.any_doubtful or self.ceiling.doubtful

    def compiled(self, number: int) -> CompiledDocument:
        """A document of the account, compiled once."""
        found = self._compiled.get(number)
        if found is None:
            documents = self.policies.documents
            found = compile_raw(documents.raw(number), self.index)
            if found is None:
                found = compile_document(documents.parsed(number), self.index)
            self._compiled[number] = found
            self.any_doubtful = self.any_doubtful or found.doubtful
        return found

    def compiled_of(self, attachment: Attachment) -> CompiledDocument:
        """The document of an attached policy; of an RCP, what it denies of the services that RCPs bear on."""
        if attachment.type is not PolicyType.RCP:
            return self.compiled(attachment.document)
        document = compile_document(self.policies.trusts.parsed(attachment.document), self.index)
        return denials_within(document, self._rcp_actions, self.index)

    def of(self, holder: Holder, *, denials: bool = True) -> Permissions:
        """What the holder may do. Who does not ask for `denials` is not told which actions are denied explicitly."""
        compiled, known = self.compiled, self._compiled.get
        documents = [known(number) or compiled(number) for number in holder.identity]
        bearing = [document for document in documents if document is not NOTHING]
        boundary = None if holder.boundary == NO_DOCUMENT else compiled(holder.boundary)
        bounded = not self.ceiling.open and not holder.service_linked
        if not bearing:
            return self.ceiling.of_nobody(holder) if bounded and denials else _DENIED
        if boundary is None and not any(document.hangs for document in bearing):
            open_, own = 0, _unconditional(bearing)
        else:
            combination = combined([tuple(bearing), *([(boundary,)] if boundary else [])])
            open_ = _open(combination)
            own = settled_permissions(combination, self.index.everything & ~open_ if open_ else self.index.everything)
        contested = self._contested(holder) if bounded and self.ceiling.partial else 0
        if bounded and self.ceiling.limited:
            contested |= self.ceiling.limited & _limited(bearing)
        if not open_ and not contested:
            return self.ceiling.over(own, holder, denials=denials) if bounded else own
        return self._joint(holder, bearing, own, open_ | contested, bounded=bounded, denials=denials)

    def _contested(self, holder: Holder) -> int:
        """What control policies may take away because they deny all the resources that a statement names."""
        contested = 0
        numbers = holder.identity if holder.boundary == NO_DOCUMENT else (*holder.identity, holder.boundary)
        for number in numbers:
            found = self._contested_in.get(number)
            if found is None:
                found = self._contested_in[number] = self.ceiling.contested(self.compiled(number))
            if found:
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
        """What hangs on conditions of the holder's own policies, together with all else that bears on it."""
        groups = [tuple(bearing)]
        if holder.boundary != NO_DOCUMENT:
            groups.append((self.compiled(holder.boundary),))
        if bounded:
            groups += self.ceiling.settled(holder, scope).groups
            own = self.ceiling.over(own, holder, denials=denials).within(~scope)
        combination = combined(groups)
        keys = keys_of(statement.condition for statement in combination.conditional())
        inside = permissions_of(combination, self.known.of(holder, keys), self.outcomes, scope)
        return own.beside(inside)


_DENIED = Permissions()
"""Of who has no policy that says anything of the actions."""


def _rcp_actions(index: ActionIndex) -> int:
    """The actions that RCPs bear on."""
    return sum(index.bit(action) for action in index.actions if bounded_by_rcps(action))


def _open(combination: Combination) -> int:
    """The actions on which conditions bear."""
    scope = 0
    for statement in combination.conditional():
        scope |= statement.mask | statement.partial
    return scope


def _limited(documents: list[CompiledDocument]) -> int:
    """What is granted on some resources only."""
    limited = 0
    for document in documents:
        limited |= document.limited
    return limited


def _unconditional(documents: list[CompiledDocument]) -> Permissions:
    """The answer where there is neither a boundary nor a condition, as for most principals: or, and not."""
    allow = deny = doubt_allow = doubt_deny = 0
    for document in documents:
        allow |= document.allow
        deny |= document.deny
        doubt_allow |= document.doubt_allow
        doubt_deny |= document.doubt_deny
    granted = allow & ~deny if deny else allow
    conditional = granted & doubt_deny if doubt_deny else 0
    return Permissions(
        allowed=granted & ~conditional if conditional else granted,
        conditional=conditional,
        denied=deny,
        not_evaluated=doubt_allow & ~allow & ~deny if doubt_allow else 0,
    )
