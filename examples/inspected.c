/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program with a window and a node: inspected [ADDRESS], with the address of any node to join.
 * Ctrl+Shift+D opens GTK's Inspector, which has a page "Kad" if its module is where GIO looks.
 */
#include <gtk/gtk.h>

#include <kad.h>

static void
on_started (GObject *node, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!kad_node_start_finish (KAD_NODE (node), result, &error))
    g_printerr ("%s\n", error->message);
}

static gboolean
to_words (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  g_value_take_string (to, g_strdup_printf ("Connected to %u peers", g_value_get_uint (from)));
  return TRUE;
}

static void
on_activate (GtkApplication *app, gpointer user_data)
{
  KadNode *node = user_data;
  GtkWidget *window = gtk_application_window_new (app);
  GtkWidget *label = gtk_label_new (NULL);

  g_object_bind_property_full (node, "n-connections", label, "label", G_BINDING_SYNC_CREATE,
                               to_words, NULL, NULL, NULL);
  gtk_window_set_title (GTK_WINDOW (window), "Inspected");
  gtk_window_set_default_size (GTK_WINDOW (window), 360, 200);
  gtk_window_set_child (GTK_WINDOW (window), label);
  gtk_window_present (GTK_WINDOW (window));
  kad_node_start_async (node, NULL, on_started, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (GtkApplication) app
      = gtk_application_new ("org.libkad.Inspected", G_APPLICATION_NON_UNIQUE);
  const char *join = argc > 1 ? argv[1] : NULL;
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (KadNode) node = NULL;

  if (!kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", &error)
      || (join != NULL && !kad_node_config_add_bootstrap (config, join, &error))
      || (node = kad_node_new (config, &error)) == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_signal_connect (app, "activate", G_CALLBACK (on_activate), node);
  return g_application_run (G_APPLICATION (app), 1, argv);
}
