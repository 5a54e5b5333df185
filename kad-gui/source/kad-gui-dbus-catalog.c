/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modules and commands: they hardly change. Read when somebody begins to look, when the node is
 * started, and when a module failed. */
#include <string.h>

#include "kad-gui-argument.h"
#include "kad-gui-command.h"
#include "kad-gui-dbus-again.h"
#include "kad-gui-dbus-private.h"
#include "kad-gui-module.h"

#define MAX_ARGUMENTS 256

typedef struct
{
  KadGuiDbusPart parent;
  KadGuiDbusAgain again;
} CatalogPart;

/* Text of any value; nothing of none. */
static void
set_text (KadGuiArgument *argument, guint field, GVariant *members, const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (members, name, NULL);
  g_autofree char *text = NULL;

  if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    text = g_variant_dup_string (value, NULL);
  else if (value != NULL)
    text = g_variant_print (value, FALSE);
  kad_gui_item_set_string (argument, field, text);
}

static void
add_arguments (KadGuiCommand *command, GVariant *members)
{
  g_autoptr (GVariant) rows
      = g_variant_lookup_value (members, "arguments", G_VARIANT_TYPE ("aa{sv}"));
  gsize n = rows != NULL ? MIN (g_variant_n_children (rows), MAX_ARGUMENTS) : 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      g_autoptr (KadGuiArgument) argument = kad_gui_argument_new ();

      kad_gui_item_apply (argument, row);
      set_text (argument, KAD_GUI_ARGUMENT_FIELD_DEFAULT_TEXT, row, "default");
      set_text (argument, KAD_GUI_ARGUMENT_FIELD_MINIMUM_TEXT, row, "minimum");
      set_text (argument, KAD_GUI_ARGUMENT_FIELD_MAXIMUM_TEXT, row, "maximum");
      g_list_store_append (G_LIST_STORE (command->arguments), argument);
    }
}

static gpointer
new_command (GVariant *row)
{
  KadGuiCommand *command = kad_gui_command_new ();

  kad_gui_item_apply (command, row);
  add_arguments (command, row);
  return command;
}

static gpointer
new_module (GVariant *row)
{
  KadGuiModule *module = kad_gui_module_new ();

  kad_gui_item_apply (module, row);
  return module;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(KadGuiCommand **) a)->name, (*(KadGuiCommand **) b)->name);
}

/* (element-type KadGuiItem) */
static GPtrArray *
read_rows (GVariant *reply, gpointer (*new_item) (GVariant *row))
{
  g_autoptr (GVariant) rows = g_variant_get_child_value (reply, 0);
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  gsize n = MIN (g_variant_n_children (rows), KAD_GUI_MAX_ROWS);

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);

      g_ptr_array_add (items, new_item (row));
    }
  return items;
}

/* Arguments are no field that could be copied: a command whose arguments are others is another. */
static void
forget_other_commands (KadGuiStore *store, GPtrArray *commands)
{
  GListModel *list = kad_gui_store_get_commands (store);

  for (guint i = g_list_model_get_n_items (list); i > 0; i--)
    {
      g_autoptr (KadGuiCommand) old = g_list_model_get_item (list, i - 1);
      gboolean is_same = FALSE;

      for (guint j = 0; j < commands->len && !is_same; j++)
        {
          KadGuiCommand *command = commands->pdata[j];

          is_same = g_str_equal (command->name, old->name)
                    && g_list_model_get_n_items (command->arguments)
                           == g_list_model_get_n_items (old->arguments);
        }
      if (!is_same)
        g_list_store_remove (G_LIST_STORE (list), i - 1);
    }
}

static void
on_modules (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  KadGuiStore *store = kad_gui_dbus_part_get_store (part);
  g_autoptr (GPtrArray) items = reply != NULL ? read_rows (reply, new_module) : NULL;

  /* A file that could not be loaded has no name. */
  if (items != NULL)
    kad_gui_store_replace (store, kad_gui_store_get_modules (store), items, NULL);
  kad_gui_dbus_again_done (&((CatalogPart *) part)->again);
}

static void
on_commands (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  KadGuiStore *store = kad_gui_dbus_part_get_store (part);
  g_autoptr (GPtrArray) items = reply != NULL ? read_rows (reply, new_command) : NULL;
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (items != NULL)
    {
      g_ptr_array_sort (items, compare_names);
      forget_other_commands (store, items);
      kad_gui_store_replace (store, kad_gui_store_get_commands (store), items, "name");
    }
  kad_gui_dbus_part_call (part, "Routing", "GetModules", g_variant_new ("(a{sv})", &options),
                          "(aa{sv})", on_modules);
}

static void
begin (gpointer user_data)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  kad_gui_dbus_part_call (user_data, "Routing", "GetCommands", g_variant_new ("(a{sv})", &options),
                          "(aa{sv})", on_commands);
}

void
kad_gui_dbus_catalog_note (KadGuiDbusPart *part)
{
  if (part->topics != 0)
    kad_gui_dbus_again_request (&((CatalogPart *) part)->again);
}

static void
catalog_init (KadGuiDbusPart *part)
{
  kad_gui_dbus_again_init (&((CatalogPart *) part)->again, 0, 1000, begin, part);
}

static void
catalog_read (KadGuiDbusPart *part)
{
  kad_gui_dbus_again_request (&((CatalogPart *) part)->again);
}

static void
catalog_stop (KadGuiDbusPart *part)
{
  kad_gui_dbus_again_stop (&((CatalogPart *) part)->again);
}

const KadGuiDbusPartClass kad_gui_dbus_catalog_class = {
  .size = sizeof (CatalogPart),
  .topics = ~(KadGuiTopics) 0,
  .init = catalog_init,
  .start = catalog_read,
  .stop = catalog_stop,
  .read = catalog_read,
};
