/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-command-form.h"

#include "kad-gui-queries-testing.h"

static KadGuiCommand *
find_command (KadGuiSource *source, const char *name)
{
  GListModel *commands = kad_gui_store_get_commands (kad_gui_source_get_store (source));

  for (guint i = 0; i < g_list_model_get_n_items (commands); i++)
    {
      g_autoptr (KadGuiCommand) command = g_list_model_get_item (commands, i);

      if (g_str_equal (command->name, name))
        return command;
    }
  g_assert_not_reached ();
}

typedef struct
{
  KadGuiSource *source;
  KadGuiCommandForm *form;
  GtkWindow *window;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->source = kad_gui_test_source_new (KAD_GUI_TEST_EMPTY);
  f->form = KAD_GUI_COMMAND_FORM (kad_gui_command_form_new ());
  f->window = kad_gui_testing_show (GTK_WIDGET (f->form), 400, 600);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (f->window);
  g_object_unref (f->source);
}

static void
set_command (Fixture *f, const char *name)
{
  kad_gui_command_form_set_command (f->form, find_command (f->source, name));
}

static void
set_field (Fixture *f, const char *name, const char *text)
{
  KadGuiCommandField *field = kad_gui_command_form_find_field (f->form, name);

  g_assert_nonnull (field);
  kad_gui_command_field_set_text (field, text);
}

static const char *
get_error (Fixture *f, const char *name)
{
  return kad_gui_command_field_get_error (kad_gui_command_form_find_field (f->form, name));
}

/* @expected NULL: there is an error. */
static void
check_options (Fixture *f, const char *expected)
{
  g_autoptr (GVariant) options = kad_gui_command_form_dup_options (f->form);
  g_autofree char *text = options != NULL ? g_variant_print (options, TRUE) : NULL;

  g_assert_cmpstr (text, ==, expected);
}

static void
test_defaults_are_not_said (Fixture *f, gconstpointer data)
{
  g_test_summary ("What is as it is anyway is not sent");
  set_command (f, "get-record");
  set_field (f, "key", "/pk/abc");
  check_options (f, "{'key': <'/pk/abc'>}");
  set_field (f, "quorum", "7");
  check_options (f, "{'key': <'/pk/abc'>, 'quorum': <uint32 7>}");
}

static void
test_errors_stand_under_their_fields (Fixture *f, gconstpointer data)
{
  g_test_summary ("What is missing or wrong is said under its field, and nothing is sent");
  set_command (f, "put-record");
  check_options (f, NULL);
  g_assert_cmpstr (get_error (f, "key"), ==, "This is needed");
  g_assert_cmpstr (get_error (f, "value"), ==, "This is needed");
  set_field (f, "key", "not a key");
  g_assert_cmpstr (get_error (f, "key"), ==, "");
  set_field (f, "value", "v");
  check_options (f, NULL);
  g_assert_cmpstr (get_error (f, "key"), !=, "");
  g_assert_cmpstr (get_error (f, "value"), ==, "");
  set_field (f, "key", " /pk/abc ");
  check_options (f, "{'key': <'/pk/abc'>, 'value': <[byte 0x76]>}");
}

static void
test_third_party (Fixture *f, gconstpointer data)
{
  g_test_summary ("A command of another's module has its fields, too");
  set_command (f, "get-weather");
  g_assert_cmpint (kad_gui_command_get_effect (kad_gui_command_form_get_command (f->form)), ==,
                   KAD_GUI_COMMAND_UNKNOWN);
  set_field (f, "place", "Bolzano");
  check_options (f, "{'place': <'Bolzano'>}");
  set_field (f, "unit", "fahrenheit");
  set_field (f, "wind", "true");
  check_options (f, "{'place': <'Bolzano'>, 'unit': <'fahrenheit'>, 'wind': <true>}");
}

static void
test_endpoint (Fixture *f, gconstpointer data)
{
  g_test_summary ("A peer is looked at before it is asked");
  set_command (f, "ping-peer");
  set_field (f, "peer", "somebody");
  check_options (f, NULL);
  set_field (f, "peer", "/ip4/127.0.0.1/tcp/4001");
  check_options (f, "{'peer': <'/ip4/127.0.0.1/tcp/4001'>}");
}

static void
test_key_stays (Fixture *f, gconstpointer data)
{
  g_test_summary ("A key that was written is there for the next command");
  set_command (f, "get-record");
  g_assert_true (kad_gui_command_form_set_key (f->form, "/pk/abc"));
  set_command (f, "get-providers");
  check_options (f, "{'key': <'/pk/abc'>}");
}

static void
test_effects (Fixture *f, gconstpointer data)
{
  g_test_summary ("Commands that write are told from those that look");
  g_assert_cmpint (kad_gui_command_get_effect (find_command (f->source, "get-record")), ==,
                   KAD_GUI_COMMAND_READS);
  g_assert_cmpint (kad_gui_command_get_effect (find_command (f->source, "put-record")), ==,
                   KAD_GUI_COMMAND_WRITES);
}

static void
test_editors (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *command;
    const char *field;
    const char *type;
  } cases[] = {
    { "get-record", "key", "GtkEntry" },      { "get-record", "quorum", "GtkSpinButton" },
    { "get-weather", "unit", "GtkDropDown" }, { "get-weather", "wind", "GtkSwitch" },
    { "put-record", "value", "GtkEntry" },
  };

  g_test_summary ("Each type has the editor that fits, and says what it is for");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkWidget *field, *editor;

      set_command (f, cases[i].command);
      field = GTK_WIDGET (kad_gui_command_form_find_field (f->form, cases[i].field));
      editor = kad_gui_testing_find (field, g_type_from_name (cases[i].type));
      g_assert_nonnull (editor);
      gtk_test_accessible_assert_property (editor, GTK_ACCESSIBLE_PROPERTY_LABEL, cases[i].field);
    }
}

#define ADD(name, function)                                                                        \
  g_test_add ("/gui/command-form/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  ADD ("defaults-are-not-said", test_defaults_are_not_said);
  ADD ("errors-stand-under-their-fields", test_errors_stand_under_their_fields);
  ADD ("third-party", test_third_party);
  ADD ("endpoint", test_endpoint);
  ADD ("key-stays", test_key_stays);
  ADD ("effects", test_effects);
  ADD ("editors", test_editors);
  return g_test_run ();
}
