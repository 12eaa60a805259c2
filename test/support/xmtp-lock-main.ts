// Another process that has one wallet's folder, until it is killed. Arguments: the driver's folder, the address.
import { clientFolder } from '#channels/xmtp/client-folder.ts';

const [, , dataDir = '', address = ''] = process.argv;
process.send?.(clientFolder(dataDir, address).lock());
process.on('disconnect', () => process.exit(0));
