/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A widget in a window, for tests of drawings and tables. */

#include <gtk/gtk.h>

#include "kad-gui-test-source.h"

/* For so long at least; then nothing waits. */
static inline void
table_window_run (guint ms)
{
  gint64 until_us = g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND;

  while (g_get_monotonic_time () < until_us)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
    }
}

/* Until it has its place. Who calls has a reference of @widget or does not look at it after
 * gtk_window_destroy(). */
static inline GtkWindow *
table_window_show (GtkWidget *widget, int width, int height)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  gtk_window_set_decorated (window, FALSE);
  gtk_window_set_default_size (window, width, height);
  gtk_window_set_child (window, widget);
  gtk_window_present (window);
  for (guint i = 0; i < 500 && gtk_widget_get_width (widget) == 0; i++)
    table_window_run (10);
  g_assert_cmpint (gtk_widget_get_width (widget), >, 0);
  table_window_run (150);
  return window;
}

/* Gives whether somebody did something with it. */
static inline gboolean
table_window_press (GtkWidget *widget, guint keyval, GdkModifierType state)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  gboolean handled = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !handled; i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", keyval, 0, state, &handled);
    }
  return handled;
}

/* The first widget of a type within another. */
static inline GtkWidget *
table_window_find (GtkWidget *widget, GType type)
{
  GtkWidget *found = g_type_is_a (G_OBJECT_TYPE (widget), type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = table_window_find (child, type);
  return found;
}
