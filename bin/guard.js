// Entry guard, plain JavaScript so that any Node can read it: everything here runs on Node 24.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `Twinpass needs Node 24, this is ${process.version} (${process.execPath}).\n`
    + 'Run it through npm after `npm ci` (npm puts its pinned Node 24 first on the path), '
    + 'or install Node 24. On macOS bring your own Node 24.\n');
  process.exit(1);
}
