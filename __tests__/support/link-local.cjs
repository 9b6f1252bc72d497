// Preloaded into a step: what it connects to at the address of a container's or an instance's metadata, which no test
// can have, arrives at a port of this machine. LINK_LOCAL is JSON: ports by addresses.
const { Socket } = require('node:net');

const ports = JSON.parse(process.env.LINK_LOCAL ?? '{}');
const { connect } = Socket.prototype;

Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  const port = ports[options?.host];
  if (port !== undefined) Object.assign(options, { host: '127.0.0.1', port });
  return connect.apply(this, args);
};
