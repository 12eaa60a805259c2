// The driver contract, held against XMTP: real clients on both sides of an embedded network.
import { xmtpRig } from '../support/xmtp-rig.ts';
import { driverContract } from './driver.suite.ts';

driverContract('XMTP', xmtpRig);
