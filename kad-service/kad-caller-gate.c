/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-caller-gate.h"

#include <string.h>

#include "kad-callers.h"
#include "kad-error.h"
#include "kad-service-names.h"

#define OURS KAD_BUS_NAME "."
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define REQUIRE "require:"

typedef struct
{
  const char *name;
  gboolean is_allowed;
} Entry;

/* Methods "Interface.Method", and properties "Interface:Property" to be read; none is for writing.
 * tests/unit/service/test-caller-gate.c compares it with data/org.libkad.Kad1.*.xml. */
static const Entry table[] = {
  { "Monitor.GetSeries", FALSE },
  { "Monitor.GetStats", FALSE },
  { "Monitor.OpenStream", FALSE },
  { "Monitor.Watch", FALSE },
  { "Node.Bootstrap", FALSE },
  { "Node.Dial", FALSE },
  { "Node.Disconnect", FALSE },
  { "Node.Health", FALSE },
  { "Node.Hold", TRUE },
  { "Node.Pause", FALSE },
  { "Node.Ping", FALSE },
  { "Node.Release", TRUE },
  { "Node.Resume", FALSE },
  { "Node.Start", FALSE },
  { "Node.Stop", FALSE },
  { "Node:Features", TRUE },
  { "Node:LanListenAddresses", FALSE },
  { "Node:LanPeerCount", TRUE },
  { "Node:LanRoutingTableSize", TRUE },
  { "Node:ListenAddresses", FALSE },
  { "Node:LocalNetwork", TRUE },
  { "Node:Mode", TRUE },
  { "Node:Network", FALSE },
  { "Node:NetworkSize", TRUE },
  { "Node:ObservedAddresses", FALSE },
  { "Node:PauseReason", TRUE },
  { "Node:PeerCount", TRUE },
  { "Node:PeerId", FALSE },
  { "Node:QuietReasons", TRUE },
  { "Node:Reachability", FALSE },
  { "Node:RoutingTableSize", TRUE },
  { "Node:Serving", TRUE },
  { "Node:State", TRUE },
  { "Node:Version", TRUE },
  { "Publication.Refresh", TRUE },
  { "Publication.Remove", TRUE },
  { "Publication:AppId", TRUE },
  { "Publication:Failures", TRUE },
  { "Publication:Holders", TRUE },
  { "Publication:Key", TRUE },
  { "Publication:Kind", TRUE },
  { "Publication:LastError", TRUE },
  { "Publication:LastRun", TRUE },
  { "Publication:Lifetime", TRUE },
  { "Publication:NextRun", TRUE },
  { "Publication:Running", TRUE },
  { "Publication:Wanted", TRUE },
  { "Publications.List", TRUE },
  { "Publications.Provide", TRUE },
  { "Publications.ProvideMany", TRUE },
  { "Publications.PutRecord", TRUE },
  { "Publications.Remove", TRUE },
  { "Query.Cancel", TRUE },
  { "Query.GetResults", TRUE },
  { "Query.GetSteps", TRUE },
  { "Query.Release", TRUE },
  { "Query.Start", TRUE },
  { "Query:Counts", TRUE },
  { "Query:Finished", TRUE },
  { "Query:KadId", TRUE },
  { "Query:Key", TRUE },
  { "Query:Kind", TRUE },
  { "Query:Owner", TRUE },
  { "Query:Paths", TRUE },
  { "Query:Progress", TRUE },
  { "Query:Queries", TRUE },
  { "Query:Reason", TRUE },
  { "Query:Run", TRUE },
  { "Query:Started", TRUE },
  { "Query:State", TRUE },
  { "Records.ListProviders", FALSE },
  { "Records.ListRecords", FALSE },
  { "Records.RemoveRecord", FALSE },
  { "Routing.Advertise", TRUE },
  { "Routing.ClosestPeers", TRUE },
  { "Routing.Discover", TRUE },
  { "Routing.FindPeer", TRUE },
  { "Routing.FindProviders", TRUE },
  { "Routing.GetCommands", TRUE },
  { "Routing.GetModules", FALSE },
  { "Routing.GetRecord", TRUE },
  { "Routing.ListQueries", TRUE },
  { "Routing.PrepareQuery", TRUE },
  { "Routing.Run", FALSE },
  { "Settings.Describe", FALSE },
  { "Settings.Get", FALSE },
  { "Settings.Set", FALSE },
  { "Table.GetBuckets", FALSE },
  { "Table.GetConnections", FALSE },
  { "Table.GetPeer", FALSE },
  { "Table.GetPeers", FALSE },
  { "Watch.Close", FALSE },
  { "Watch.SetTopics", FALSE },
  { "org.freedesktop.DBus.Introspectable.Introspect", TRUE },
  { "org.freedesktop.DBus.ObjectManager.GetManagedObjects", TRUE },
  { "org.freedesktop.DBus.Peer.Ping", TRUE },
};

/* Of queries: what they may be, and what may be said of them. */
static const char *const query_kinds[] = {
  "find-providers", "find-peer", "get-record", "closest-peers", "provide", "put-record", NULL
};
static const char *const query_options[]
    = { "handle-token", "limit",   "network", "no-start", "quorum",
        "raw-key",      "timeout", "trace",   "value",    NULL };

const char *
kad_caller_gate_get_entry (guint n, gboolean *is_allowed)
{
  if (n >= G_N_ELEMENTS (table))
    return NULL;
  *is_allowed = table[n].is_allowed;
  return table[n].name;
}

/* ---- what ---- */

static gboolean
is_in_table (const char *interface, char separator, const char *member)
{
  g_autofree char *name = g_strdup_printf ("%s%c%s", interface, separator, member);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (table[i].name, name))
      return table[i].is_allowed;
  return FALSE;
}

/* Whether anything of it is allowed. */
static gboolean
is_interface_in_table (const char *interface)
{
  gsize len = strlen (interface);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].is_allowed && strncmp (table[i].name, interface, len) == 0
        && (table[i].name[len] == '.' || table[i].name[len] == ':'))
      return TRUE;
  return FALSE;
}

/* As the table has it; NULL: it is none of those. */
static const char *
find_short_name (const char *interface)
{
  if (g_str_has_prefix (interface, OURS))
    return interface + strlen (OURS);
  return g_str_has_prefix (interface, "org.freedesktop.DBus.") ? interface : NULL;
}

/* What GetAll() gives of an interface is filtered where it is answered; only Node has what is not
 * for all. */
static gboolean
may_use_properties (GDBusMessage *call)
{
  const char *member = g_dbus_message_get_member (call);
  GVariant *body = g_dbus_message_get_body (call);
  const char *interface = "", *property = NULL;

  if (body == NULL)
    return FALSE;
  if (g_str_equal (member, "GetAll") && g_variant_is_of_type (body, G_VARIANT_TYPE ("(s)")))
    g_variant_get (body, "(&s)", &interface);
  else if (g_str_equal (member, "Get") && g_variant_is_of_type (body, G_VARIANT_TYPE ("(ss)")))
    g_variant_get (body, "(&s&s)", &interface, &property);
  interface = find_short_name (interface);
  if (interface == NULL)
    return FALSE;
  return property == NULL ? is_interface_in_table (interface)
                          : is_in_table (interface, ':', property);
}

static gboolean
may_call (GDBusMessage *call)
{
  const char *interface = g_dbus_message_get_interface (call);
  const char *member = g_dbus_message_get_member (call);

  if (interface == NULL || member == NULL)
    return FALSE;
  if (g_str_equal (interface, PROPERTIES))
    return may_use_properties (call);
  interface = find_short_name (interface);
  return interface != NULL && is_in_table (interface, '.', member);
}

gboolean
kad_caller_gate_may_read (const KadCallerIdentity *identity, const char *interface,
                          const char *property)
{
  return !kad_caller_identity_is_sandboxed (identity) || is_in_table (interface, ':', property);
}

/* ---- where ---- */

/* Whether a path is @folder "/" @token or below that. */
static gboolean
is_own_folder (const char *path, const char *folder, const char *token)
{
  gsize len = strlen (folder), token_len = strlen (token);

  return token_len > 0 && strncmp (path, folder, len) == 0 && path[len] == '/'
         && strncmp (path + len + 1, token, token_len) == 0
         && (path[len + 1 + token_len] == '/' || path[len + 1 + token_len] == '\0');
}

static gboolean
is_below (const char *path, const char *folder)
{
  gsize len = strlen (folder);

  return strncmp (path, folder, len) == 0 && path[len] == '/';
}

/* What ends with a caller: without @token nothing else is there than its own. */
static gboolean
is_of_caller (const char *path, const char *folder, const char *token)
{
  if (token == NULL)
    return is_below (path, folder) && !is_own_folder (path, KAD_QUERY_PATH, "detached");
  return is_own_folder (path, folder, token);
}

static gboolean
is_own (const KadCallerIdentity *identity, const char *token, const char *path)
{
  return is_of_caller (path, KAD_QUERY_PATH, token) || is_of_caller (path, KAD_SESSION_PATH, token)
         || is_own_folder (path, KAD_APP_PATH, kad_caller_identity_get_app_token (identity));
}

/* The root, and the way to it. */
static gboolean
is_for_all (const char *path)
{
  static const char *const paths[] = { "/", "/org", "/org/libkad", KAD_ROOT_PATH, NULL };

  return g_strv_contains (paths, path);
}

KadGateVerdict
kad_caller_gate_judge (const KadCallerIdentity *identity, const char *token, GDBusMessage *call)
{
  const char *path = g_dbus_message_get_path (call);

  if (!kad_caller_identity_is_sandboxed (identity))
    return KAD_GATE_PASS;
  if (path == NULL || (!is_for_all (path) && !is_own (identity, token, path)))
    return KAD_GATE_NO_OBJECT;
  return may_call (call) ? KAD_GATE_PASS : KAD_GATE_REFUSE;
}

gboolean
kad_caller_gate_may_hear (const KadCallerIdentity *identity, const char *path)
{
  return !kad_caller_identity_is_sandboxed (identity)
         || is_own_folder (path, KAD_APP_PATH, kad_caller_identity_get_app_token (identity));
}

char *
kad_caller_gate_dup_folder_xml (const KadCallerIdentity *identity, const char *token,
                                const char *path)
{
  const char *app = kad_caller_identity_get_app_token (identity);

  if (g_str_equal (path, KAD_PUBLICATION_PATH))
    return g_strdup ("<node>\n  <node name=\"app\"/>\n  <node name=\"session\"/>\n</node>\n");
  if (g_str_equal (path, KAD_APP_PATH))
    return g_strdup_printf ("<node>\n%s%s%s</node>\n", *app != '\0' ? "  <node name=\"" : "", app,
                            *app != '\0' ? "\"/>\n" : "");
  if (token != NULL && (g_str_equal (path, KAD_QUERY_PATH) || g_str_equal (path, KAD_SESSION_PATH)))
    return g_strdup_printf ("<node>\n  <node name=\"%s\"/>\n</node>\n", token);
  return NULL;
}

/* ---- queries ---- */

static gboolean
is_true (const char *name, const char *wanted, GVariant *value)
{
  return g_str_equal (name, wanted) && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN)
         && g_variant_get_boolean (value);
}

GVariant *
kad_caller_gate_filter_query (const KadCallerIdentity *identity, const char *kind,
                              GVariant *options, GError **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  const char *name;
  GVariant *value;

  if (!kad_caller_identity_is_sandboxed (identity))
    return g_variant_ref (options);
  if (!g_strv_contains (query_kinds, kind))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                           "Programs in a sandbox make no queries of this kind");
      return NULL;
    }
  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      g_autoptr (GVariant) owned = value;
      gboolean is_required = g_str_has_prefix (name, REQUIRE);
      const char *bare = is_required ? name + strlen (REQUIRE) : name;

      if (g_strv_contains (query_options, bare))
        g_variant_builder_add (&builder, "{sv}", name, owned);
      else if (is_required || is_true (bare, "detached", owned))
        {
          g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                               "Programs in a sandbox cannot have all options of queries; nothing "
                               "of theirs is detached");
          return NULL;
        }
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}
