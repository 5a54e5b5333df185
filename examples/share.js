#!/usr/bin/env -S gjs -m
// SPDX-License-Identifier: GPL-3.0-or-later
// Shares a note under a code, and finds it again: share.js ADDRESS CODE, with the address of any node.
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Kad from 'gi://Kad?version=1';
import System from 'system';

Gio._promisify(Kad.Operation.prototype, 'wait_async', 'wait_finish');

async function main(address, code) {
  const config = Kad.NodeConfig.new();
  config.add_listen('/ip4/127.0.0.1/tcp/0');
  config.add_bootstrap(address);
  const node = Kad.Node.new(config);
  await node.begin_join().wait_async(null);

  const key = Kad.Key.text_parse(`text:${code}`, Kad.KeyUse.RECORD, false);
  const value = new GLib.Bytes(new TextEncoder().encode('the album is in the blue folder'));
  await node.begin_put_record(key, value, null).wait_async(null);
  const share = Kad.Key.text_parse(`text:${code}`, Kad.KeyUse.PROVIDER, false);
  const announcement = node.begin_start_provide(share, true);
  await announcement.wait_async(null);
  print(`announced to ${announcement.stored} peers`);

  const providers = node.begin_get_providers(share, 0);
  providers.connect('items-changed', (found, at) => print('provided by', found.get_item(at).peer));
  await providers.wait_async(null);
  const record = node.begin_get_record(key, null);
  await record.wait_async(null);
  const best = record.get_item(record.get_n_items() - 1);
  print('the record says:', new TextDecoder().decode(best.value.toArray()));
}

const loop = new GLib.MainLoop(null, false);
let status = 0;
main(...ARGV).catch(error => { logError(error); status = 1; }).finally(() => loop.quit());
loop.run();
System.exit(status);
