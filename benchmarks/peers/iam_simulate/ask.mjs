// @cloud-copilot/iam-simulate: one simulation a principal and action, in its Discovery mode, which knows "if".
//
// Run as `node ask.mjs MODULES FILE ACTIONS [validated]`, MODULES being the folder that npm installed into. With
// `validated`, each document is validated once and not with every request: the quickest that its interface allows.
//
// What is known of the principal is put into the context and said to be known; all else is open. So a pair is
// `allow`, `conditional` (there are conditions that it did not settle) or no line; `error` where it gave no answer.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, file, actionsFile, mode] = process.argv.slice(2)
const require = createRequire(join(modules, 'package.json'))
const load = (name) => import(pathToFileURL(require.resolve(name)))
const { runSimulation } = (await load('@cloud-copilot/iam-simulate'))
const { createValidatedPolicy, validateIdentityPolicy } = await load('@cloud-copilot/iam-policy')

const account = JSON.parse(readFileSync(file))
const actions = JSON.parse(readFileSync(actionsFile))
const prepare = mode === 'validated' ? (document) => createValidatedPolicy(document, validateIdentityPolicy) : (document) => document
const managed = new Map()
for (const policy of account.Policies) {
  const version = policy.PolicyVersionList.find((each) => each.IsDefaultVersion)
  managed.set(policy.Arn, prepare(version.Document))
}
const groups = new Map(account.GroupDetailList.map((group) => [group.GroupName, group]))

// A name of its own for each policy: errors are told by name.
function policiesOf(record, kind) {
  const attached = (record.AttachedManagedPolicies ?? []).map(({ PolicyArn }) => ({ name: PolicyArn, policy: managed.get(PolicyArn) }))
  const inline = (record[`${kind}PolicyList`] ?? []).map(({ PolicyName, PolicyDocument }) => ({
    name: `${record.Arn} ${PolicyName}`,
    policy: prepare(PolicyDocument)
  }))
  return [...attached, ...inline]
}

function trustLetsTagSessions(record) {
  const statements = [record.AssumeRolePolicyDocument?.Statement ?? []].flat()
  return statements.some(({ Effect, Action, NotAction }) =>
    Effect === 'Allow' && (NotAction !== undefined || [Action].flat().some((name) => /^(\*|sts:(\*|tag.*))$/i.test(name))))
}

function knownOf(record, kind, accountId) {
  const known = { 'aws:PrincipalAccount': accountId, 'aws:RequestedRegion': 'us-east-1' }
  if (kind === 'Group') return known
  known['aws:PrincipalArn'] = record.Arn
  known['aws:PrincipalType'] = kind === 'User' ? 'User' : 'AssumedRole'
  if (kind === 'User') known['aws:username'] = record.UserName
  if (tagsAreKnown(record, kind)) {
    for (const { Key, Value } of record.Tags ?? []) known[`aws:PrincipalTag/${Key}`] = Value
  }
  return known
}

function tagsAreKnown(record, kind) {
  return kind === 'User' || (kind === 'Role' && !trustLetsTagSessions(record))
}

async function ask(record, kind) {
  const accountId = record.Arn.split(':')[4]
  const identityPolicies = policiesOf(record, kind)
  for (const name of record.GroupList ?? []) identityPolicies.push(...policiesOf(groups.get(name), 'Group'))
  const bounding = record.PermissionsBoundary?.PermissionsBoundaryArn
  const permissionBoundaryPolicies = bounding ? [{ name: bounding, policy: managed.get(bounding) }] : undefined
  const contextVariables = knownOf(record, kind, accountId)
  const keys = Object.keys(contextVariables)
  // Tags that are not there are then known to be absent.
  if (tagsAreKnown(record, kind)) keys.push('/^aws:PrincipalTag\\/.*$/')
  const discoveryContextKeyConstraints = keys.map((keyName) => ({ keyName, presenceIsKnown: true, valueIsKnown: true }))
  let text = ''
  for (const action of actions) {
    const answer = await runSimulation(
      {
        request: { principal: record.Arn, action, resource: { resource: '*', accountId }, contextVariables },
        identityPolicies,
        permissionBoundaryPolicies,
        serviceControlPolicies: [],
        resourceControlPolicies: []
      },
      { simulationMode: 'Discovery', discoveryContextKeyConstraints }
    )
    if (answer.resultType === 'error') text += `error\t${record.Arn}\t${action}\n`
    else if (answer.overallResult === 'Allowed') {
      const open = answer.result.analysis.conditions
      text += `${open && open.conditionType !== 'always' ? 'conditional' : 'allow'}\t${record.Arn}\t${action}\n`
    }
  }
  process.stdout.write(text)
}

for (const kind of ['User', 'Group', 'Role']) {
  for (const record of account[`${kind}DetailList`]) await ask(record, kind)
}
