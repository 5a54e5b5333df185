/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events, publications, records, modules, commands and checks of the scenes. */
#include "kad-gui-argument.h"
#include "kad-gui-check.h"
#include "kad-gui-command.h"
#include "kad-gui-module.h"
#include "kad-gui-publication.h"
#include "kad-gui-record.h"
#include "kad-gui-test-scene.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define HOUR (3600 * SECOND)
#define CID "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
#define NAME "/ipns/k51qzi5uqu5dgutdk6i1ynyzgkqngpha5xpgia3a5qqp4jsh0u4csozksxel2r"

/* ---- events ---- */

static const struct
{
  const char *type;
  const char *text;
  const char *consumer; /* "": all passed it on */
  gint64 query_id;
} kinds[] = {
  { "query-step", "asked a peer", "get-providers", 13 },
  { "query-progress", "2 results, 14 heard of", "get-providers", 13 },
  { "peer-connected", "connected by a query", "", 0 },
  { "peer-identified", "calls itself kubo/0.29.0", "", 0 },
  { "table-added", "came into bucket 3", "", 0 },
  { "request-served", "asked us for find-node", "", 0 },
  { "query-finished", "completed after 4.1 s", "get-providers", 13 },
  { "table-removed", "left bucket 2", "", 0 },
  { "record-stored", "put a record here", "show-records", 0 },
  { "peer-disconnected", "idle for 60 s", "", 0 },
};

static KadGuiEvent *
new_event (guint i)
{
  static const char *const asked[] = { "show-table", "get-providers", "publish", NULL };
  KadGuiEvent *event = kad_gui_event_new ();
  guint kind = i * 7 % G_N_ELEMENTS (kinds);
  g_autofree char *peer = kad_gui_test_dup_peer (1 + i % 40);
  gint64 time_us = KAD_GUI_TEST_NOW_US - (200 - (gint64) i) * 130 * 1000;

  kad_gui_test_set (event,
                    "{'number': <int64 %u>, 'time_us': <int64 %" G_GINT64_FORMAT ">, "
                    "'type': <'%s'>, 'text': <'%s'>, 'peer': <'%s'>, 'consumer': <'%s'>, "
                    "'query_id': <int64 %" G_GINT64_FORMAT ">, 'delivery_us': <int64 %u>, "
                    "'json': <'{\"event\":\"%s\",\"peer\":\"%s\"}'>}",
                    i + 1, time_us, kinds[kind].type, kinds[kind].text, peer, kinds[kind].consumer,
                    kinds[kind].query_id, 9 + i * 13 % 140, kinds[kind].type, peer);
  kad_gui_item_set_boolean (event, KAD_GUI_EVENT_FIELD_DELIVERED, TRUE);
  kad_gui_item_set_strv (event, KAD_GUI_EVENT_FIELD_ASKED, asked);
  kad_gui_item_set_uint (event, KAD_GUI_EVENT_FIELD_N_ASKED, 3);
  if (kinds[kind].query_id != 0)
    kad_gui_item_set_string (event, KAD_GUI_EVENT_FIELD_KIND, "get-providers");
  if (i == 120)
    kad_gui_test_set (event, "{'type': <'lost'>, 'text': <''>, 'peer': <''>, 'json': "
                             "<'{\"lost\":240}'>, 'lost': <int64 240>, 'delivered': <false>, "
                             "'consumer': <''>, 'query_id': <int64 0>, 'kind': <''>}");
  return event;
}

void
kad_gui_test_fill_events (KadGuiStore *store, guint n_events)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_events; i++)
    g_ptr_array_add (events, new_event (i));
  kad_gui_store_append_events (store, events);
}

/* ---- lists ---- */

static gpointer
add (GPtrArray *items, gpointer item)
{
  g_ptr_array_add (items, item);
  return item;
}

static void
fill_publications (KadGuiStore *store)
{
  static const struct
  {
    const char *kind, *key, *app, *lifetime, *error;
    guint stored, failures;
    gint64 last_hours, next_hours;
  } rows[] = {
    { "provider", CID, "org.gnome.Files", "persistent", "", 20, 0, 3, 19 },
    { "provider", "bafybeibwzifw52ttrkqlikfzext5akxu7lz4xiwjgwzmqcpdzmp3n5vnbe", "org.gnome.Files",
      "persistent", "", 14, 0, 20, 2 },
    { "record", NAME, "org.example.Notes", "persistent", "", 18, 0, 1, 11 },
    { "record", "/app/settings", "org.example.Notes", "session", "Nobody could be reached", 0, 3,
      26, 1 },
    { "provider", "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy", "", "session", "",
      20, 0, 5, 17 },
    { "provider", "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4", "", "session", "",
      0, 0, 0, 0 },
  };
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gpointer item = add (items, kad_gui_publication_new ());
      gboolean running = rows[i].last_hours == 0;

      kad_gui_test_set (
          item,
          "{'path': <'/org/libkad/Kad1/publication/%u'>, 'kind': <'%s'>, 'key_text': <'%s'>, "
          "'app_id': <'%s'>, 'lifetime': <'%s'>, 'error': <'%s'>, 'stored': <%u>, 'wanted': <20>, "
          "'failures': <%u>, 'running': <%s>, 'created_us': <int64 %" G_GINT64_FORMAT
          ">, 'last_run_us': <int64 %" G_GINT64_FORMAT ">, 'next_run_us': <int64 %" G_GINT64_FORMAT
          ">}",
          i + 1, rows[i].kind, rows[i].key, rows[i].app, rows[i].lifetime, rows[i].error,
          rows[i].stored, rows[i].failures, running ? "true" : "false",
          KAD_GUI_TEST_NOW_US - 100 * HOUR,
          running ? 0 : KAD_GUI_TEST_NOW_US - rows[i].last_hours * HOUR,
          KAD_GUI_TEST_NOW_US + rows[i].next_hours * HOUR);
    }
  kad_gui_store_replace (store, kad_gui_store_get_publications (store), items, "path");
}

static void
fill_records (KadGuiStore *store)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 12; i++)
    {
      gpointer item = add (items, kad_gui_record_new ());
      gboolean is_record = i % 12 < 5;
      g_autofree char *peer = kad_gui_test_dup_peer (1 + i * 3);
      g_autofree char *key = is_record ? g_strdup_printf ("/pk/%s", peer)
                                       : g_strdup_printf ("bafkreigh2akiscaildcqabsyg3dfr6chu3f"
                                                          "gpregiymsck7e7aqa4s52%u",
                                                          i);

      kad_gui_test_set (item,
                        "{'kind': <'%s'>, 'key': <'%s'>, 'peer': <'%s'>, 'size': <%u>, "
                        "'expires_us': <int64 %" G_GINT64_FORMAT ">, "
                        "'addresses': <['/ip4/192.0.2.%u/tcp/4001']>}",
                        is_record ? "record" : "provider", key, i == 2 ? "" : peer,
                        is_record ? 120 + i * 377 : 0, KAD_GUI_TEST_NOW_US + (i + 1) * 3 * HOUR,
                        i + 1);
    }
  kad_gui_store_replace (store, kad_gui_store_get_records (store), items, NULL);
}

static void
fill_modules (KadGuiStore *store)
{
  static const char *const rows[] = {
    "{'name': <'kad-builtin'>, 'version': <'1.0.0'>, 'summary': <'The commands of Kad'>, "
    "'state': <'loaded'>, 'own': <true>, 'commands': <['get-providers', 'get-record', "
    "'closest-peers', 'find-peer', 'publish']>, 'transports': <['memory']>}",
    "{'name': <'tcp'>, 'version': <'1.0.0'>, 'summary': <'TCP, WebSocket'>, 'state': <'loaded'>, "
    "'file': <'/usr/lib/kad-1/modules/libkad-tcp.so'>, 'own': <true>, 'transports': <['tcp', "
    "'ws']>}",
    "{'name': <'weather'>, 'version': <'0.3'>, 'summary': <'Finds the weather'>, "
    "'state': <'loaded'>, 'file': <'/home/user/.local/lib/kad-1/modules/libweather.so'>, "
    "'commands': <['get-weather']>}",
    "{'name': <'libbroken.so'>, 'state': <'failed'>, "
    "'file': <'/home/user/.local/lib/kad-1/modules/libbroken.so'>, "
    "'error': <'It was built for Kad 0.9, and this is 1.0'>}",
  };
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    kad_gui_test_set (add (items, kad_gui_module_new ()), "%s", rows[i]);
  kad_gui_store_replace (store, kad_gui_store_get_modules (store), items, NULL);
}

void
kad_gui_test_fill_lists (KadGuiStore *store)
{
  fill_publications (store);
  fill_records (store);
  fill_modules (store);
}

/* ---- commands ---- */

static const char key_argument[]
    = "{'name': <'key'>, 'type': <'s'>, 'form': <'key'>, 'blurb': <'What is looked for'>, "
      "'required': <true>}";
static const char limit_argument[]
    = "{'name': <'limit'>, 'type': <'u'>, 'blurb': <'Stop at so many results'>, "
      "'default_text': <'20'>, 'minimum_text': <'1'>, 'maximum_text': <'1000'>}";

static const struct
{
  const char *members;
  const char *arguments[4];
} commands[] = {
  { "{'name': <'closest-peers'>, 'summary': <'Find the peers closest to a key'>, 'own': <true>}",
    { key_argument, limit_argument } },
  { "{'name': <'dial'>, 'summary': <'Connect to a peer'>, 'own': <true>}",
    { "{'name': <'endpoint'>, 'type': <'s'>, 'form': <'endpoint'>, 'required': <true>, "
      "'blurb': <'A multiaddr, or a peer'>}" } },
  { "{'name': <'find-peer'>, 'summary': <'Find the addresses of a peer'>, 'own': <true>}",
    { key_argument } },
  { "{'name': <'get-providers'>, 'summary': <'Find who provides a key'>, 'own': <true>}",
    { key_argument, limit_argument } },
  { "{'name': <'get-record'>, 'summary': <'Get the value of a key'>, 'own': <true>}",
    { key_argument, "{'name': <'quorum'>, 'type': <'u'>, 'blurb': <'So many must agree'>, "
                    "'default_text': <'0'>, 'minimum_text': <'0'>, 'maximum_text': <'20'>}" } },
  { "{'name': <'get-weather'>, 'summary': <'Find the weather'>, 'module': <'weather'>}",
    { "{'name': <'place'>, 'type': <'s'>, 'required': <true>, 'blurb': <'Where'>}",
      "{'name': <'unit'>, 'type': <'s'>, 'values': <['celsius', 'fahrenheit']>, "
      "'default_text': <'celsius'>, 'blurb': <'Of temperature'>}",
      "{'name': <'wind'>, 'type': <'b'>, 'default_text': <'false'>, 'blurb': <'Wind, too'>}" } },
  { "{'name': <'ping-peer'>, 'summary': <'Ask a peer for a sign of life'>, 'own': <true>}",
    { "{'name': <'peer'>, 'type': <'s'>, 'form': <'endpoint'>, 'required': <true>}" } },
  { "{'name': <'put-record'>, 'summary': <'Put a value into the network'>, 'own': <true>}",
    { key_argument,
      "{'name': <'value'>, 'type': <'ay'>, 'required': <true>, 'blurb': <'Bytes'>}" } },
};

void
kad_gui_test_fill_commands (KadGuiStore *store)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      KadGuiCommand *command = add (items, kad_gui_command_new ());

      kad_gui_test_set (command, "%s", commands[i].members);
      for (guint j = 0; j < 4 && commands[i].arguments[j] != NULL; j++)
        {
          g_autoptr (KadGuiArgument) argument = kad_gui_argument_new ();

          kad_gui_test_set (argument, "%s", commands[i].arguments[j]);
          g_list_store_append (G_LIST_STORE (command->arguments), argument);
        }
    }
  kad_gui_store_replace (store, kad_gui_store_get_commands (store), items, NULL);
}

/* ---- checks ---- */

void
kad_gui_test_fill_checks (KadGuiStore *store)
{
  static const char *const rows[][4] = {
    { "service", "ok", "The node is online", "" },
    { "settings", "ok", "All settings can be used", "" },
    { "listening", "ok", "Listening on /ip4/192.0.2.17/tcp/4001", "" },
    { "table-size", "ok", "The routing table has 131 peers, and 15 are connected", "" },
    { "reachability", "warn",
      "private (behind-router): 1 connections came to this node, 0 of them from outside; seen by "
      "others at /ip4/203.0.113.9/tcp/53127",
      "forward-port" },
    { "clock", "ok", "The clock says 2026-11-21T12:00:00Z", "" },
    { "disk", "fail", "Only 1048576 bytes are free in /var/lib/kad", "disk-space" },
    { "modules", "warn", "1 of 4 modules failed: libbroken.so: built for Kad 0.9", "modules" },
    { "latency", "skipped", "No command was run 5 times yet", "" },
  };
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gpointer item = add (items, kad_gui_check_new ());

      kad_gui_item_set_string (item, KAD_GUI_CHECK_FIELD_CHECK, rows[i][0]);
      kad_gui_item_set_string (item, KAD_GUI_CHECK_FIELD_STATE, rows[i][1]);
      kad_gui_item_set_string (item, KAD_GUI_CHECK_FIELD_SAW, rows[i][2]);
      kad_gui_item_set_string (item, KAD_GUI_CHECK_FIELD_ADVICE, rows[i][3]);
    }
  kad_gui_store_replace (store, kad_gui_store_get_checks (store), items, "check");
}
