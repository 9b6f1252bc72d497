// Loaded into the action with --require: when it ends, writes the peak of its resident memory in bytes to a file.
const { readFileSync, writeFileSync } = require('node:fs');

const file = process.env.PEAK_MEMORY_FILE;
process.on('exit', () => writeFileSync(file, String(peakMemory())));

function peakMemory() {
  // Linux starts the counter of getrusage with what the parent process held; VmHWM starts with the program itself.
  if (process.platform === 'linux') {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}
