// The import law of the house, as an allow-list: what is not written here is forbidden. Each room names the rooms and
// the packages it may reach; `npm run law` cruises src/ and channels/ against it, and test/house holds the law itself
// to account. A new room, or a package new to a room, is one line here and a reason in the commit.

/** Room of src/ -> the other rooms it may import. Every room may import itself. */
const rooms = {
  config: ['core'],
  core: [],
  ports: ['core'],
  actions: ['core', 'ports'],
  outbox: ['core', 'ports', 'actions'],
  store: ['core', 'ports'],
  bus: ['core', 'ports'],
  runtime: ['core', 'ports'],
  net: ['core'],
  media: ['core', 'ports', 'net'],
  identity: ['core', 'ports', 'net'],
  billing: ['core', 'ports', 'net'],
  webhooks: ['core', 'ports', 'net'],
  http: ['core', 'ports'],
  wire: [],
  telemetry: ['ports'],
};

/** Room -> the packages it may import (a trailing `*` is a prefix). A room that is not named here imports none. */
const packages = {
  core: ['libphonenumber-js', 'mdast*'],
  store: ['better-sqlite3', 'pg'],
  net: ['undici', 'ipaddr.js'],
  media: ['file-type'],
  identity: ['jose', 'better-auth', 'ethers'],
  billing: ['stripe'],
  webhooks: ['standardwebhooks', 'cockatiel'],
  http: [
    'express',
    'express-openapi-validator',
    'helmet',
    'rate-limiter-flexible',
    'swagger-ui-dist',
    'ws',
    'yaml',
    'ajv',
    'ajv-formats',
  ],
  facades: ['ws', 'json-rpc-2.0'],
  telemetry: ['pino', 'pino-pretty', 'prom-client'],
  cli: ['commander', '@clack/prompts'],
};

/** Driver -> the SDK that is its own. A driver that is not named here speaks plain HTTP through `net`. */
const sdks = {
  simulator: ['better-sqlite3'],
  xmtp: ['@xmtp/*', '@grpc/grpc-js', '@noble/curves', 'better-sqlite3', 'ethers'],
  linq: ['@linqapp/sdk'],
  telegram: ['grammy'],
  discord: ['@discordjs/*'],
  slack: ['@slack/*'],
};

/** Rooms that do not even see Node: meaning and generated types run anywhere. */
const nodeless = ['core', 'wire'];

const facadeRooms = ['core', 'actions', 'http', 'wire'];
const driverRooms = ['core', 'ports', 'net'];

const any = (names) => names.join('|');
const everyRoom = `^src/((${any([...Object.keys(rooms), 'facades', 'cli'])})/|gateway(\\.ts$|/))`;

const packagePaths = (names) =>
  names.map((name) => {
    const pattern = name.replaceAll('.', '\\.').replace(/\*$/, '[^/]*');
    return `(^|/)node_modules/(@types/)?${pattern}/`;
  });

const allowed = [
  ...Object.entries(rooms).map(([room, sees]) => ({
    from: { path: `^src/${room}/` },
    to: { path: `^src/(${any([room, ...sees])})/` },
  })),
  ...Object.entries(packages).map(([room, names]) => ({
    from: { path: `^src/${room}/` },
    to: { path: packagePaths(names) },
  })),
  ...Object.entries(sdks).map(([driver, names]) => ({
    from: { path: `^channels/${driver}/` },
    to: { path: packagePaths(names) },
  })),
  { from: { path: '^src/facades/([^/]+)/' }, to: { path: `^src/(facades/$1|${any(facadeRooms)})/` } },
  { from: { path: '^channels/([^/]+)/' }, to: { path: ['^channels/$1/', `^src/(${any(driverRooms)})/`] } },
  { from: { path: '^channels/index\\.ts$' }, to: { path: ['^channels/[^/]+/driver\\.ts$', '^src/(core|ports)/'] } },
  { from: { path: '^src/(gateway(\\.ts$|/)|cli/)' }, to: { path: [everyRoom, '^channels/'] } },
  // What is shown of a start belongs to the command line; which drivers exist, to the channels.
  {
    from: { path: '^src/main\\.ts$' },
    to: { path: ['^src/(config/|telemetry/|gateway\\.ts$|cli/banner\\.ts$)', '^channels/index\\.ts$'] },
  },
  { from: { path: '^src/start\\.mjs$' }, to: { path: '^src/(main\\.ts$|runtime/)' } },
  { from: { path: '^src/cli/' }, to: { path: '^src/main\\.ts$' } },
  { from: { path: '^src/(gateway(\\.ts$|/)|cli/)' }, to: { path: '^package\\.json$' } },
  {
    from: { path: '^(src|channels)/', pathNot: `^src/(${any(nodeless)})/` },
    to: { dependencyTypes: ['core'] },
  },
];

const forbidden = [
  { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
  { name: 'must-resolve', severity: 'error', from: {}, to: { couldNotResolve: true } },
  {
    name: 'no-development-package',
    comment: 'a package that is not installed with the gateway may lend it types only',
    severity: 'error',
    from: { path: '^(src|channels)/' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'package-not-declared',
    severity: 'error',
    from: { path: '^(src|channels)/' },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
];

module.exports = {
  forbidden,
  allowed,
  allowedSeverity: 'error',
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types are imports too: a facade that only borrows a driver's type still knows the driver.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
