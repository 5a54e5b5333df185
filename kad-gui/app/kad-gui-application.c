/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-application.h"

#include <glib/gi18n.h>

#include "kad-gui-app-resources.h"
#include "kad-gui-palette.h"
#include "kad-gui-window.h"

struct _KadGuiApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (KadGuiApplication, kad_gui_application, ADW_TYPE_APPLICATION)

#define ID "org.libkad.Inspector"

/* ---- windows ---- */

/* One that looks at nothing yet is as good as a new one. */
static KadGuiWindow *
window_for_target (KadGuiApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (KAD_GUI_IS_WINDOW (window) && kad_gui_window_get_target (KAD_GUI_WINDOW (window)) == NULL)
    return KAD_GUI_WINDOW (window);
  return kad_gui_window_new (GTK_APPLICATION (self));
}

/* Takes @target. */
static KadGuiWindow *
open_target (KadGuiApplication *self, KadGuiTarget *target)
{
  KadGuiWindow *window = window_for_target (self);

  kad_gui_window_set_target (window, target);
  g_object_unref (target);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static KadGuiWindow *
show_window (KadGuiApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (!KAD_GUI_IS_WINDOW (window))
    return open_target (self, kad_gui_target_new_session ());
  gtk_window_present (window);
  return KAD_GUI_WINDOW (window);
}

static void
kad_gui_application_activate (GApplication *application)
{
  show_window (KAD_GUI_APPLICATION (application));
}

static void
kad_gui_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++)
    open_target (KAD_GUI_APPLICATION (application), kad_gui_target_new_recording (files[i]));
}

/* ---- the command line ---- */

static const char *const page_names[]
    = { "overview", "table",  "peers",   "queries", "publications",
        "records",  "events", "traffic", NULL };

static gboolean
is_page (const char *name)
{
  return g_strv_contains (page_names, name);
}

/* In the process that was started: what is wrong is said at once, and not in another program. */
static int
kad_gui_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  const char *address = NULL;
  const char *page = NULL;
  gboolean demo = g_variant_dict_contains (options, "demo");
  guint n_targets = demo + g_variant_dict_contains (options, "address")
                    + g_variant_dict_contains (options, "file");

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("kad-inspector %s\n", KAD_VERSION);
      return 0;
    }
  if (n_targets > 1)
    {
      g_printerr (_ ("kad-inspector: --address, --demo and --file exclude each other\n"));
      return 1;
    }
  if (g_variant_dict_lookup (options, "page", "&s", &page) && !is_page (page))
    {
      g_autofree char *names = g_strjoinv (", ", (char **) page_names);

      g_printerr (_ ("kad-inspector: no page is called %s; there are %s\n"), page, names);
      return 1;
    }
  if (g_variant_dict_lookup (options, "address", "&s", &address)
      && !g_dbus_is_supported_address (address, NULL))
    {
      g_printerr (
          _ ("kad-inspector: %s is no address of D-Bus, like unix:path=/run/user/1000/kad\n"),
          address);
      return 1;
    }
  return -1;
}

/* What the command line asks for; NULL: what is there. */
static KadGuiTarget *
target_of (GApplicationCommandLine *line)
{
  GVariantDict *options = g_application_command_line_get_options_dict (line);
  const char *text = NULL;

  if (g_variant_dict_contains (options, "demo"))
    return kad_gui_target_new_demo ();
  if (g_variant_dict_lookup (options, "address", "&s", &text))
    return kad_gui_target_new_socket (text);
  if (g_variant_dict_lookup (options, "file", "^&ay", &text))
    {
      g_autoptr (GFile) file = g_application_command_line_create_file_for_arg (line, text);

      return kad_gui_target_new_recording (file);
    }
  return NULL;
}

/* On the page that was asked for, if any. */
static void
show_page (KadGuiWindow *window, GVariantDict *options)
{
  const char *page = NULL;

  if (g_variant_dict_lookup (options, "page", "&s", &page))
    kad_gui_window_show_page (window, page);
}

static int
kad_gui_application_command_line (GApplication *application, GApplicationCommandLine *line)
{
  KadGuiApplication *self = KAD_GUI_APPLICATION (application);
  GVariantDict *options = g_application_command_line_get_options_dict (line);
  g_autofree const char **files = NULL;
  KadGuiTarget *target = target_of (line);

  if (target != NULL)
    show_page (open_target (self, target), options);
  if (g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&ay", &files))
    for (guint i = 0; files[i] != NULL; i++)
      {
        g_autoptr (GFile) file = g_application_command_line_create_file_for_arg (line, files[i]);

        show_page (open_target (self, kad_gui_target_new_recording (file)), options);
      }
  if (target == NULL && files == NULL)
    show_page (show_window (self), options);
  return 0;
}

static void
add_options (GApplication *self)
{
  const GOptionEntry entries[] = {
    { "address", 0, 0, G_OPTION_ARG_STRING, NULL,
      N_ ("Show the service at an address of D-Bus instead of the one on the session bus"),
      N_ ("ADDRESS") },
    { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show a test network that lives in memory"),
      NULL },
    { "file", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Play a recording back"), N_ ("FILE") },
    { "page", 0, 0, G_OPTION_ARG_STRING, NULL,
      N_ ("Open a page: overview, table, peers, queries, publications, records, events or traffic"),
      N_ ("NAME") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, N_ ("[FILE]") },
    { NULL },
  };

  g_application_add_main_option_entries (self, entries);
  g_application_set_option_context_summary (
      self, _ ("Shows what a node of the DHT sees and does, while it does it."));
}

/* ---- actions ---- */

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GList *windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (user_data)));

  for (GList *link = windows; link != NULL; link = link->next)
    gtk_window_close (link->data);
  g_list_free (windows);
}

/* Also of the entry on the desktop. */
static void
on_demo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_target (KAD_GUI_APPLICATION (user_data), kad_gui_target_new_demo ());
}

static void
on_new_window (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_target (KAD_GUI_APPLICATION (user_data), kad_gui_target_new_session ());
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  adw_show_about_window (window, "application-name", _ ("Kad Inspector"), "application-icon", ID,
                         "version", KAD_VERSION, "developer-name", _ ("The Kad developers"),
                         "license-type", GTK_LICENSE_GPL_3_0, "website", "https://libkad.org/",
                         "comments", _ ("See what a DHT node sees"),
                         /* Translators: your names, one a line */
                         "translator-credits", _ ("translator-credits"), NULL);
}

static void
add_accels (GtkApplication *self)
{
  const struct
  {
    const char *action;
    const char *const accels[3];
  } keys[] = {
    { "app.quit", { "<Control>q" } },
    { "app.new-window", { "<Control><Shift>n" } },
    { "window.close", { "<Control>w" } },
    { "win.filter", { "<Control>f" } },
    { "win.find", { "<Control>k" } },
    { "win.new-query", { "<Control>n" } },
    { "win.save", { "<Control>s" } },
    { "win.export", { "<Control>e" } },
    { "win.open-recording", { "<Control>o" } },
    { "win.refresh", { "F5", "<Control>r" } },
    { "win.pane", { "F9" } },
    { "win.menu", { "F10" } },
    { "win.show-help-overlay", { "<Control>question" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_application_set_accels_for_action (self, keys[i].action, keys[i].accels);
  for (guint i = 0; page_names[i] != NULL; i++)
    {
      g_autofree char *action = g_strdup_printf ("win.page::%s", page_names[i]);
      g_autofree char *accel = g_strdup_printf ("<Control>%u", i + 1);

      gtk_application_set_accels_for_action (self, action, (const char *[]){ accel, NULL });
    }
}

static void
kad_gui_application_startup (GApplication *application)
{
  const GActionEntry entries[] = {
    { .name = "quit", .activate = on_quit },
    { .name = "demo", .activate = on_demo },
    { .name = "new-window", .activate = on_new_window },
    { .name = "about", .activate = on_about },
  };

  G_APPLICATION_CLASS (kad_gui_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  add_accels (GTK_APPLICATION (application));
  kad_gui_style_init (gdk_display_get_default ());
  gtk_window_set_default_icon_name (ID);
}

static void
kad_gui_application_class_init (KadGuiApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = kad_gui_application_startup;
  application_class->activate = kad_gui_application_activate;
  application_class->open = kad_gui_application_open;
  application_class->handle_local_options = kad_gui_application_handle_local_options;
  application_class->command_line = kad_gui_application_command_line;
}

static void
kad_gui_application_init (KadGuiApplication *self)
{
  /* Before startup() looks for what it loads by itself: style, help overlay, icons. */
  g_resources_register (kad_gui_app_get_resource ());
  add_options (G_APPLICATION (self));
}

KadGuiApplication *
kad_gui_application_new (void)
{
  return g_object_new (KAD_GUI_TYPE_APPLICATION, "application-id", ID, "flags",
                       G_APPLICATION_HANDLES_OPEN | G_APPLICATION_HANDLES_COMMAND_LINE,
                       "resource-base-path", "/org/libkad/Inspector", NULL);
}
