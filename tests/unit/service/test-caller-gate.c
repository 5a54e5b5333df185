/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-caller-gate.h"

#include "kad-error.h"
#include "kad-service-names.h"

#define OURS KAD_BUS_NAME "."
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define INTROSPECTABLE "org.freedesktop.DBus.Introspectable"

static gboolean
is_listed (const char *interface, char separator, const char *name)
{
  g_autofree char *wanted = g_strdup_printf ("%s%c%s", interface + strlen (OURS), separator, name);
  const char *entry;
  gboolean is_allowed;

  for (guint i = 0; (entry = kad_caller_gate_get_entry (i, &is_allowed)) != NULL; i++)
    if (g_str_equal (entry, wanted))
      return TRUE;
  return FALSE;
}

static void
check_interface (const GDBusInterfaceInfo *info)
{
  for (guint i = 0; info->methods != NULL && info->methods[i] != NULL; i++)
    if (!is_listed (info->name, '.', info->methods[i]->name))
      g_error ("%s.%s is not in the table of kad-caller-gate.c", info->name,
               info->methods[i]->name);
  for (guint i = 0; info->properties != NULL && info->properties[i] != NULL; i++)
    if (!is_listed (info->name, ':', info->properties[i]->name))
      g_error ("The property %s of %s is not in the table of kad-caller-gate.c",
               info->properties[i]->name, info->name);
}

static void
test_nothing_is_forgotten (void)
{
  g_autoptr (GDir) folder = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;
  guint n = 0;

  g_test_summary ("Each method and property of data/*.xml is in the table, allowed or refused");

  folder = g_dir_open (KAD_INTERFACES_DIR, 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (KAD_INTERFACES_DIR, name, NULL);
      g_autofree char *xml = NULL;
      g_autoptr (GDBusNodeInfo) node = NULL;

      if (!g_str_has_prefix (name, OURS) || !g_str_has_suffix (name, ".xml"))
        continue;
      g_file_get_contents (path, &xml, NULL, &error);
      g_assert_no_error (error);
      node = g_dbus_node_info_new_for_xml (xml, &error);
      g_assert_no_error (error);
      for (guint i = 0; node->interfaces[i] != NULL; i++, n++)
        check_interface (node->interfaces[i]);
    }
  g_assert_cmpuint (n, >=, 10);
}

static KadGateVerdict
judge (const char *app_id, const char *path, const char *interface, const char *member,
       GVariant *body)
{
  g_autoptr (KadCallerIdentity) identity = kad_caller_identity_new_sandboxed (app_id);
  g_autoptr (GDBusMessage) call = g_dbus_message_new_method_call (NULL, path, interface, member);

  if (body != NULL)
    g_dbus_message_set_body (call, body);
  return kad_caller_gate_judge (identity, "1_7", call);
}

static void
test_what_is_not_listed_is_refused (void)
{
  g_autoptr (KadCallerIdentity) host = kad_caller_identity_new_host ();
  g_autoptr (GDBusMessage) call
      = g_dbus_message_new_method_call (NULL, KAD_ROOT_PATH, OURS "Settings", "Set");

  g_test_summary ("Unknown interfaces, members and bodies are refused, and the host passes");

  g_assert_cmpint (kad_caller_gate_judge (host, "1_7", call), ==, KAD_GATE_PASS);
  g_assert_cmpint (judge ("a.b", KAD_ROOT_PATH, OURS "Node", "Hold", NULL), ==, KAD_GATE_PASS);
  g_assert_cmpint (judge ("a.b", KAD_ROOT_PATH, OURS "Node", "Stop", NULL), ==, KAD_GATE_REFUSE);
  g_assert_cmpint (judge ("a.b", KAD_ROOT_PATH, OURS "Node", "New", NULL), ==, KAD_GATE_REFUSE);
  g_assert_cmpint (judge ("a.b", KAD_ROOT_PATH, OURS "New", "Hold", NULL), ==, KAD_GATE_REFUSE);
  g_assert_cmpint (judge ("a.b", KAD_ROOT_PATH, NULL, "Hold", NULL), ==, KAD_GATE_REFUSE);
  g_assert_cmpint (judge ("a.b", KAD_ROOT_PATH, "x.Node", "Hold", NULL), ==, KAD_GATE_REFUSE);
  g_assert_cmpint (judge ("a.b", KAD_ROOT_PATH, PROPERTIES, "Get", NULL), ==, KAD_GATE_REFUSE);
  g_assert_cmpint (
      judge ("a.b", KAD_ROOT_PATH, PROPERTIES, "Get", g_variant_new ("(ss)", OURS "Node", "State")),
      ==, KAD_GATE_PASS);
  g_assert_cmpint (judge ("a.b", KAD_ROOT_PATH, PROPERTIES, "Get",
                          g_variant_new ("(ss)", OURS "Node", "PeerId")),
                   ==, KAD_GATE_REFUSE);
  g_assert_cmpint (
      judge ("a.b", KAD_ROOT_PATH, PROPERTIES, "GetAll", g_variant_new ("(s)", OURS "Settings")),
      ==, KAD_GATE_REFUSE);
  g_assert_cmpint (judge ("a.b", KAD_ROOT_PATH, PROPERTIES, "Set",
                          g_variant_new ("(ssv)", OURS "Node", "Mode", g_variant_new_string ("x"))),
                   ==, KAD_GATE_REFUSE);
}

static void
test_paths_of_others_are_not_there (void)
{
  static const char *const foreign[] = {
    KAD_PUBLICATION_PATH "/0123",
    KAD_PUBLICATION_PATH,
    KAD_APP_PATH,
    KAD_SESSION_PATH "/1_70/a",
    KAD_SESSION_PATH "/1_/a",
    KAD_QUERY_PATH "/1_8/q",
    KAD_DETACHED_PATH "/q",
    KAD_WATCH_PATH "/1_7/1",
    KAD_ROOT_PATH "/new",
    "/other",
  };
  g_autofree char *token = kad_app_token_new ("a.b");
  g_autofree char *other = kad_app_token_new ("a.c");
  g_autofree char *own = g_strconcat (KAD_APP_PATH "/", token, "/x", NULL);
  g_autofree char *its = g_strconcat (KAD_APP_PATH "/", other, "/x", NULL);
  g_autofree char *longer = g_strconcat (KAD_APP_PATH "/", token, "0/x", NULL);

  g_test_summary ("A path that is not the caller's own is answered as if nothing were there");

  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    g_assert_cmpint (judge ("a.b", foreign[i], INTROSPECTABLE, "Introspect", NULL), ==,
                     KAD_GATE_NO_OBJECT);
  g_assert_cmpint (judge ("a.b", its, OURS "Publication", "Remove", NULL), ==, KAD_GATE_NO_OBJECT);
  g_assert_cmpint (judge ("a.b", longer, OURS "Publication", "Remove", NULL), ==,
                   KAD_GATE_NO_OBJECT);
  g_assert_cmpint (judge ("", own, OURS "Publication", "Remove", NULL), ==, KAD_GATE_NO_OBJECT);
  g_assert_cmpint (judge ("a.b", own, OURS "Publication", "Remove", NULL), ==, KAD_GATE_PASS);
  g_assert_cmpint (judge ("a.b", KAD_QUERY_PATH "/1_7/q", OURS "Query", "Start", NULL), ==,
                   KAD_GATE_PASS);
  g_assert_cmpint (judge ("a.b", KAD_SESSION_PATH "/1_7/p", OURS "Publication", "Remove", NULL), ==,
                   KAD_GATE_PASS);
}

static void
assert_query (const char *kind, const char *options, const char *left)
{
  g_autoptr (KadCallerIdentity) identity = kad_caller_identity_new_sandboxed ("a.b");
  g_autoptr (GVariant) given = g_variant_ref_sink (g_variant_new_parsed (options));
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) got = kad_caller_gate_filter_query (identity, kind, given, &error);
  g_autofree char *text = got != NULL ? g_variant_print (got, FALSE) : NULL;

  g_assert_cmpstr (text, ==, left);
  if (left == NULL)
    g_assert_error (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED);
}

static void
test_queries_have_few_options (void)
{
  g_test_summary ("Of a query's options those are left that are for everybody");

  assert_query ("find-peer", "{'limit': <uint32 3>, 'once': <false>, 'tag': <'app:x'>}",
                "{'limit': <uint32 3>}");
  assert_query ("find-peer", "{'detached': <false>, 'require:limit': <uint32 3>}",
                "{'require:limit': <uint32 3>}");
  assert_query ("find-peer", "{'detached': <true>}", NULL);
  assert_query ("find-peer", "{'require:once': <false>}", NULL);
  assert_query ("refresh", "{'limit': <uint32 3>}", NULL);
  assert_query ("dial", "{'limit': <uint32 3>}", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/service/sandbox/nothing-is-forgotten", test_nothing_is_forgotten);
  g_test_add_func ("/service/caller-gate/what-is-not-listed-is-refused",
                   test_what_is_not_listed_is_refused);
  g_test_add_func ("/service/caller-gate/paths-of-others-are-not-there",
                   test_paths_of_others_are_not_there);
  g_test_add_func ("/service/caller-gate/queries-have-few-options", test_queries_have_few_options);
  return g_test_run ();
}
