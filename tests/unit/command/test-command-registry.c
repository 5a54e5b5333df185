/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-command-registry.h"

#include <glib/gstdio.h>

#include "fake-command.h"
#include "fake-swarm.h"
#include "kad-error.h"

static gboolean
refuse (FakeCommand *self, GError **error)
{
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "refused");
  return FALSE;
}

static void
assert_no_name (const char *name, GType type)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (kad_command_registry_add (name, type, &error));
  g_assert_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT);
}

static void
test_a_name_means_one_type (void)
{
  g_auto (GStrv) names = NULL;

  g_test_summary ("The first to take a name keeps it; the same pair again is no error");

  g_assert_true (kad_command_registry_add ("fake-two", FAKE_TYPE_QUIET_COMMAND, NULL));
  g_assert_true (kad_command_registry_add ("fake-two", FAKE_TYPE_QUIET_COMMAND, NULL));
  assert_no_name ("fake-two", FAKE_TYPE_COMMAND);
  g_assert_true (kad_command_registry_lookup ("fake-two") == FAKE_TYPE_QUIET_COMMAND);
  g_assert_cmpuint (kad_command_registry_lookup ("no-such-command"), ==, 0);
  names = kad_command_registry_list ();
  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_assert_cmpstr (names[0], ==, "fake");
  g_assert_cmpstr (names[1], ==, "fake-two");
}

static void
test_bad_names_and_types_are_refused (void)
{
  static const char *const bad[] = { "", "Fake", "1st", "-x", "x-", "x--y", "x_y", "x y", "é" };
  g_autofree char *longest = g_strnfill (65, 'x');

  g_test_summary ("A name is lower-case words joined by hyphens; a type is a concrete command");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_no_name (bad[i], FAKE_TYPE_COMMAND);
  assert_no_name (longest, FAKE_TYPE_COMMAND);
  assert_no_name ("abstract", KAD_TYPE_COMMAND_HANDLER);
  assert_no_name ("foreign", G_TYPE_OBJECT);
}

static void
test_options_are_in_the_order_of_a_command_line (void)
{
  g_autofree GParamSpec **options = NULL;
  guint n_options;

  g_test_summary ("Required options come first, then the others, then what every command has");

  options = kad_command_registry_list_options ("fake", &n_options);
  g_assert_cmpuint (n_options, ==, 14);
  g_assert_cmpstr (options[0]->name, ==, "key");
  g_assert_cmpstr (options[1]->name, ==, "count");
  g_assert_cmpstr (options[2]->name, ==, "value");
  g_assert_cmpstr (options[n_options - 1]->name, ==, "timeout-ms");
  for (guint i = 0; i < n_options; i++)
    g_assert_cmpstr (options[i]->name, !=, "no-argument");
  g_assert_null (kad_command_registry_list_options ("no-such-command", &n_options));
  g_assert_cmpuint (n_options, ==, 0);
}

static void
test_a_summary_is_the_class_s (void)
{
  g_test_summary ("The summary is what the class says; nobody's is NULL");

  g_assert_cmpstr (kad_command_registry_get_summary ("fake"), ==, "Do what the test says");
  g_assert_null (kad_command_registry_get_summary ("no-such-command"));
}

static void
test_a_handler_knows_its_name (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KadCommandHandler) handler = NULL;

  g_test_summary ("Handlers are made with options and have the command's name");

  handler = kad_command_registry_create (
      "fake", g_variant_new_parsed ("{'key': <'hex:00'>, 'count': <5>}"), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kad_command_handler_get_name (handler), ==, "fake");
  g_assert_cmpuint (FAKE_COMMAND (handler)->count, ==, 5);
}

static void
test_unknown_commands_are_told (void)
{
  g_autoptr (GError) error = fake_bench_refuse ("no\033such", NULL);

  g_test_summary ("A name that nobody has is UnknownCommand, escaped");

  g_assert_error (error, KAD_ERROR, KAD_ERROR_UNKNOWN_COMMAND);
  g_assert_nonnull (strstr (error->message, "no\\x1bsuch"));
}

static void
test_a_command_may_refuse_its_options (void)
{
  KadCommandHandlerClass *klass = g_type_class_ref (FAKE_TYPE_COMMAND);
  g_autoptr (GError) error = NULL;

  g_test_summary ("validate() is heard before anything runs");

  klass->validate = (gboolean (*) (KadCommandHandler *, GError **)) refuse;
  error = fake_bench_refuse ("fake", "{'key': <'hex:00'>}");
  g_assert_cmpstr (error->message, ==, "refused");
  klass->validate = NULL;
  g_type_class_unref (klass);
}

static void
test_extensions_registered_elsewhere_are_found (void)
{
  GType type = g_type_register_static_simple (FAKE_TYPE_COMMAND, "FakeElsewhere",
                                              sizeof (FakeCommandClass), NULL, sizeof (FakeCommand),
                                              NULL, 0);

  g_test_summary ("Who implements the extension point without the registry is found");

  g_io_extension_point_implement (KAD_COMMAND_EXTENSION_POINT_NAME, type, "by-the-point", 0);
  g_assert_true (kad_command_registry_lookup ("by-the-point") == type);
}

static void
link_module (const char *directory, const char *name, const char *env)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  g_file_make_symbolic_link (file, g_getenv (env), NULL, &error);
  g_assert_no_error (error);
}

static void
remove_folder (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

static void
test_modules_are_loaded_and_their_faults_told (void)
{
  g_autofree char *directory = g_dir_make_tmp ("kad-test-XXXXXX", NULL);
  g_autofree char *broken = g_build_filename (directory, "b-broken.so", NULL);
  g_autofree char *note = g_build_filename (directory, "README", NULL);
  g_auto (GStrv) failures = NULL;
  g_auto (FakeBench) bench = { 0 };

  g_test_summary (
      "A folder's modules add commands; one that is broken, is no module or wants a "
      "taken name is told with its reason, and the others are loaded; so is a folder that is not "
      "there");

  link_module (directory, "a-good.so", "KAD_TEST_MODULE");
  g_assert_true (g_file_set_contents (broken, "not a library", -1, NULL));
  g_assert_true (g_file_set_contents (note, "not a module", -1, NULL));
  link_module (directory, "c-taken.so", "KAD_TEST_MODULE_TWIN");
  link_module (directory, "d-other.so", "KAD_TEST_MODULE_OTHER");
  kad_command_registry_load (directory);
  kad_command_registry_load (directory);
  kad_command_registry_load ("/nonexistent");

  g_assert_cmpstr (kad_command_registry_get_summary ("from-module"), ==, "Come from a module");
  fake_bench_init (&bench);
  fake_bench_run (&bench, "from-module", NULL);
  g_assert_cmpstr (fake_bench_get_outcome (&bench), ==, "completed");

  failures = kad_command_registry_dup_failures ();
  g_assert_cmpuint (g_strv_length (failures), ==, 4);
  g_assert_nonnull (strstr (failures[0], "b-broken.so: "));
  g_assert_nonnull (strstr (failures[1], "c-taken.so: "));
  g_assert_nonnull (strstr (failures[1], "“from-module” is taken"));
  g_assert_nonnull (strstr (failures[2], "d-other.so: it is no module of Kad"));
  g_assert_nonnull (strstr (failures[3], "/nonexistent: "));
  remove_folder (directory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (kad_command_registry_add ("fake", FAKE_TYPE_COMMAND, NULL));
  g_test_add_func ("/registry/a-name-means-one-type", test_a_name_means_one_type);
  g_test_add_func ("/registry/bad-names-and-types-are-refused",
                   test_bad_names_and_types_are_refused);
  g_test_add_func ("/registry/options-are-in-the-order-of-a-command-line",
                   test_options_are_in_the_order_of_a_command_line);
  g_test_add_func ("/registry/a-summary-is-the-class-s", test_a_summary_is_the_class_s);
  g_test_add_func ("/registry/a-handler-knows-its-name", test_a_handler_knows_its_name);
  g_test_add_func ("/registry/unknown-commands-are-told", test_unknown_commands_are_told);
  g_test_add_func ("/registry/a-command-may-refuse-its-options",
                   test_a_command_may_refuse_its_options);
  g_test_add_func ("/registry/extensions-registered-elsewhere-are-found",
                   test_extensions_registered_elsewhere_are_found);
  g_test_add_func ("/registry/modules-are-loaded-and-their-faults-told",
                   test_modules_are_loaded_and_their_faults_told);
  return g_test_run ();
}
