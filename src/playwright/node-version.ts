/**
 * Imported first: Playwright loads a suite with whatever Node there is, and a suite would fail at the first function that it lacks. As in
 * package.json.
 */
const [OLDEST_MAJOR, OLDEST_MINOR] = [22, 20];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST_MAJOR || (major === OLDEST_MAJOR && minor < OLDEST_MINOR))
  throw new Error(
    `ttq-conformance needs Node ${OLDEST_MAJOR}.${OLDEST_MINOR} or newer, and this is Node ${process.versions.node}. Install a newer Node, and run the suite again.`,
  );
