/** Where pip looks for the user's own settings, under HOME; `pip config debug` lists it. */
export const PIP_FILE = process.platform === 'win32' ? 'AppData/Roaming/pip/pip.ini' : '.config/pip/pip.conf';
