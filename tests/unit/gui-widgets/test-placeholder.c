/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-placeholder.h"

/* The visible children of @placeholder, of a type. */
static guint
count_visible (GtkWidget *placeholder, GType type)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (placeholder); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += gtk_widget_get_visible (child) && G_TYPE_CHECK_INSTANCE_TYPE (child, type);
  return n;
}

static void
test_shows_only_what_is_set (void)
{
  g_autoptr (GtkWidget) placeholder = NULL;
  g_autofree char *text = NULL;

  g_test_summary ("An empty place has an icon, a title and words, each only if it is set");
  placeholder = g_object_ref_sink (kad_gui_placeholder_new (NULL, "No Records", NULL));
  g_assert_cmpuint (count_visible (placeholder, GTK_TYPE_IMAGE), ==, 0);
  g_assert_cmpuint (count_visible (placeholder, GTK_TYPE_LABEL), ==, 1);
  g_assert_cmpuint (count_visible (placeholder, GTK_TYPE_BUTTON), ==, 0);
  kad_gui_placeholder_set (KAD_GUI_PLACEHOLDER (placeholder), "edit-find-symbolic", "A <b>", "C");
  g_assert_cmpuint (count_visible (placeholder, GTK_TYPE_IMAGE), ==, 1);
  g_assert_cmpuint (count_visible (placeholder, GTK_TYPE_LABEL), ==, 2);
  g_assert_cmpstr (kad_gui_placeholder_get_title (KAD_GUI_PLACEHOLDER (placeholder)), ==, "A <b>");
  g_object_get (placeholder, "text", &text, NULL);
  g_assert_cmpstr (text, ==, "C");
}

static void
on_activate (GSimpleAction *action G_GNUC_UNUSED, GVariant *parameter, gpointer user_data)
{
  g_string_append (user_data, g_variant_get_string (parameter, NULL));
}

static void
test_button_activates_its_action (void)
{
  g_autoptr (GtkWidget) placeholder = NULL;
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) action = g_simple_action_new ("say", G_VARIANT_TYPE_STRING);
  g_autoptr (GString) said = g_string_new (NULL);

  g_test_summary ("The button of an empty place activates its action with its target");
  placeholder = g_object_ref_sink (kad_gui_placeholder_new (NULL, "No Records", NULL));
  g_signal_connect (action, "activate", G_CALLBACK (on_activate), said);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  gtk_widget_insert_action_group (placeholder, "kad", G_ACTION_GROUP (group));
  kad_gui_placeholder_set_button (KAD_GUI_PLACEHOLDER (placeholder), "Say It", "kad.say",
                                  g_variant_new_string ("hello"));
  g_assert_cmpuint (count_visible (placeholder, GTK_TYPE_BUTTON), ==, 1);
  g_signal_emit_by_name (gtk_widget_get_last_child (placeholder), "clicked");
  g_assert_cmpstr (said->str, ==, "hello");
  kad_gui_placeholder_set_button (KAD_GUI_PLACEHOLDER (placeholder), NULL, NULL, NULL);
  g_assert_cmpuint (count_visible (placeholder, GTK_TYPE_BUTTON), ==, 0);
}

static void
test_is_a_labelled_group (void)
{
  g_autoptr (GtkWidget) placeholder = NULL;

  g_test_summary ("An empty place is a group that its title labels");
  placeholder = g_object_ref_sink (kad_gui_placeholder_new (NULL, "No Records", "None came."));
  gtk_test_accessible_assert_role (placeholder, GTK_ACCESSIBLE_ROLE_GROUP);
  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (placeholder),
                                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/placeholder/shows-only-what-is-set", test_shows_only_what_is_set);
  g_test_add_func ("/gui/placeholder/button-activates-its-action",
                   test_button_activates_its_action);
  g_test_add_func ("/gui/placeholder/is-a-labelled-group", test_is_a_labelled_group);
  return g_test_run ();
}
