// SPDX-License-Identifier: GPL-3.0-or-later
// Shares a note under a code, and finds it again: share ADDRESS CODE, with the address of any node.
async void share (string address, string code) throws Error {
    var config = new Kad.NodeConfig ();
    config.add_listen ("/ip4/127.0.0.1/tcp/0");
    config.add_bootstrap (address);
    var node = new Kad.Node (config);
    yield node.begin_join ().wait_async (null);

    var key = Kad.Key.text_parse (@"text:$code", Kad.KeyUse.RECORD, false);
    var value = new Bytes ("the album is in the blue folder".data);
    yield node.begin_put_record (key, value, null).wait_async (null);
    var share = Kad.Key.text_parse (@"text:$code", Kad.KeyUse.PROVIDER, false);
    var announcement = node.begin_start_provide (share, true);
    yield announcement.wait_async (null);
    print ("announced to %u peers\n", announcement.stored);

    var providers = node.begin_get_providers (share, 0);
    providers.items_changed.connect ((at) => {
        print ("provided by %s\n", ((Kad.PeerItem) providers.get_item (at)).peer);
    });
    yield providers.wait_async (null);
    var record = node.begin_get_record (key, null);
    yield record.wait_async (null);
    var best = (Kad.RecordItem) record.get_item (record.get_n_items () - 1);
    print ("the record says: %s\n", (string) Bytes.unref_to_data (best.value));
}

int main (string[] args) {
    var loop = new MainLoop ();
    var status = 0;
    share.begin (args[1], args[2], (source, result) => {
        try { share.end (result); } catch (Error error) { printerr ("%s\n", error.message); status = 1; }
        loop.quit ();
    });
    loop.run ();
    return status;
}
