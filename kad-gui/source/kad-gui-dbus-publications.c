/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the node says and keeps in the network. */
#include <string.h>

#include "kad-gui-dbus-again.h"
#include "kad-gui-dbus-private.h"

#define DEBOUNCE_MS 250
#define OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"

typedef struct
{
  KadGuiDbusPart parent;
  KadGuiDbusAgain again;
  guint objects;
  guint properties;
} PublicationsPart;

static KadGuiPublication *
new_publication (const char *path, GVariant *details)
{
  KadGuiPublication *publication = kad_gui_publication_new ();

  kad_gui_item_apply (publication, details);
  kad_gui_item_set_string (publication, KAD_GUI_PUBLICATION_FIELD_PATH, path);
  return publication;
}

static void
on_publications (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  PublicationsPart *self = (PublicationsPart *) part;
  KadGuiStore *store = kad_gui_dbus_part_get_store (part);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GVariant) rows = NULL;
  gsize n;

  if (reply != NULL)
    {
      rows = g_variant_get_child_value (reply, 0);
      n = MIN (g_variant_n_children (rows), KAD_GUI_MAX_ROWS);
      for (gsize i = 0; i < n; i++)
        {
          g_autoptr (GVariant) details = NULL;
          const char *path;

          g_variant_get_child (rows, i, "(&o@a{sv})", &path, &details);
          g_ptr_array_add (items, new_publication (path, details));
        }
      kad_gui_store_replace (store, kad_gui_store_get_publications (store), items, "path");
    }
  kad_gui_dbus_again_done (&self->again);
}

static void
begin (gpointer user_data)
{
  g_autoptr (GVariant) none = g_variant_ref_sink (kad_gui_dbus_new_options ());
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (none);

  g_variant_dict_insert (&options, "all", "b", TRUE);
  kad_gui_dbus_part_call (user_data, "Publications", "List",
                          g_variant_new ("(@a{sv})", g_variant_dict_end (&options)), "(a(oa{sv}))",
                          on_publications);
}

static void
on_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *parameters, gpointer user_data)
{
  PublicationsPart *self = user_data;

  kad_gui_dbus_again_request (&self->again);
}

void
kad_gui_dbus_publications_note (KadGuiDbusPart *part)
{
  if (part->topics != 0)
    kad_gui_dbus_again_request (&((PublicationsPart *) part)->again);
}

static void
publications_init (KadGuiDbusPart *part)
{
  kad_gui_dbus_again_init (&((PublicationsPart *) part)->again, DEBOUNCE_MS, DEBOUNCE_MS, begin,
                           part);
}

static void
publications_read (KadGuiDbusPart *part)
{
  kad_gui_dbus_again_now (&((PublicationsPart *) part)->again);
}

static void
publications_start (KadGuiDbusPart *part)
{
  PublicationsPart *self = (PublicationsPart *) part;

  self->objects = kad_gui_dbus_subscribe (part->source, OBJECT_MANAGER, NULL, KAD_GUI_ROOT_PATH,
                                          NULL, on_signal, self);
  self->properties
      = kad_gui_dbus_subscribe (part->source, KAD_GUI_PROPERTIES, "PropertiesChanged", NULL,
                                KAD_GUI_BUS_NAME ".Publication", on_signal, self);
  publications_read (part);
}

static void
publications_stop (KadGuiDbusPart *part)
{
  PublicationsPart *self = (PublicationsPart *) part;

  kad_gui_dbus_again_stop (&self->again);
  kad_gui_dbus_unsubscribe (part->source, &self->objects);
  kad_gui_dbus_unsubscribe (part->source, &self->properties);
}

const KadGuiDbusPartClass kad_gui_dbus_publications_class = {
  .size = sizeof (PublicationsPart),
  .topics = KAD_GUI_TOPIC_PUBLICATIONS,
  .init = publications_init,
  .start = publications_start,
  .stop = publications_stop,
  .read = publications_read,
};
