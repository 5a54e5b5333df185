/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-page.h"

#include <glib/gi18n.h>

#include "kad-gui-pages-resources.h"

typedef struct
{
  KadGuiSource *source; /* (owned) (nullable) */
} KadGuiPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (KadGuiPage, kad_gui_page, GTK_TYPE_BOX)

enum
{
  PROP_SOURCE = 1,
};

static KadGuiPagePrivate *
get_private (KadGuiPage *self)
{
  return kad_gui_page_get_instance_private (self);
}

static void
kad_gui_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SOURCE)
    g_value_set_object (value, get_private (KAD_GUI_PAGE (object))->source);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SOURCE)
    kad_gui_page_set_source (KAD_GUI_PAGE (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
kad_gui_page_dispose (GObject *object)
{
  kad_gui_page_set_source (KAD_GUI_PAGE (object), NULL);
  G_OBJECT_CLASS (kad_gui_page_parent_class)->dispose (object);
}

static void
kad_gui_page_class_init (KadGuiPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  /* The templates are in a static library: unless somebody names them, the linker leaves them
   * out. */
  g_resources_register (kad_gui_pages_get_resource ());
  object_class->get_property = kad_gui_page_get_property;
  object_class->set_property = kad_gui_page_set_property;
  object_class->dispose = kad_gui_page_dispose;
  g_object_class_install_property (
      object_class, PROP_SOURCE,
      g_param_spec_object ("source", NULL, NULL, KAD_GUI_TYPE_SOURCE,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY));
}

static void
kad_gui_page_init (KadGuiPage *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
}

KadGuiSource *
kad_gui_page_get_source (KadGuiPage *self)
{
  return get_private (self)->source;
}

void
kad_gui_page_set_source (KadGuiPage *self, KadGuiSource *source)
{
  KadGuiPagePrivate *priv = get_private (self);
  g_autoptr (KadGuiSource) old = priv->source; /* lives until the page has let go of its store */

  if (source == old)
    {
      old = NULL;
      return;
    }
  priv->source = source != NULL ? g_object_ref (source) : NULL;
  if (KAD_GUI_PAGE_GET_CLASS (self)->source_changed != NULL)
    KAD_GUI_PAGE_GET_CLASS (self)->source_changed (self, source);
  g_object_notify (G_OBJECT (self), "source");
}

KadGuiStore *
kad_gui_page_get_store (KadGuiPage *self)
{
  KadGuiSource *source = get_private (self)->source;

  return source != NULL ? kad_gui_source_get_store (source) : NULL;
}

const char *
kad_gui_page_get_name (KadGuiPage *self)
{
  return KAD_GUI_PAGE_GET_CLASS (self)->name;
}

const char *
kad_gui_page_get_title (KadGuiPage *self)
{
  return _ (KAD_GUI_PAGE_GET_CLASS (self)->title);
}

const char *
kad_gui_page_get_icon_name (KadGuiPage *self)
{
  return KAD_GUI_PAGE_GET_CLASS (self)->icon_name;
}

KadGuiTopics
kad_gui_page_get_topics (KadGuiPage *self)
{
  return KAD_GUI_PAGE_GET_CLASS (self)->topics;
}

void
kad_gui_page_focus_filter (KadGuiPage *self)
{
  if (KAD_GUI_PAGE_GET_CLASS (self)->focus_filter != NULL)
    KAD_GUI_PAGE_GET_CLASS (self)->focus_filter (self);
}

char *
kad_gui_page_dup_selection (KadGuiPage *self)
{
  if (KAD_GUI_PAGE_GET_CLASS (self)->dup_selection == NULL)
    return NULL;
  return KAD_GUI_PAGE_GET_CLASS (self)->dup_selection (self);
}

GtkWidget *
kad_gui_page_get_view (KadGuiPage *self)
{
  GtkWidget *view = NULL;

  if (KAD_GUI_PAGE_GET_CLASS (self)->get_view != NULL)
    view = KAD_GUI_PAGE_GET_CLASS (self)->get_view (self);
  return view != NULL ? view : GTK_WIDGET (self);
}

GBytes *
kad_gui_page_save (KadGuiPage *self, const char **name)
{
  if (KAD_GUI_PAGE_GET_CLASS (self)->save == NULL)
    return NULL;
  return KAD_GUI_PAGE_GET_CLASS (self)->save (self, name);
}

gboolean
kad_gui_page_go_to (KadGuiPage *self, const char *kind, GVariant *what)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (what);

  return KAD_GUI_PAGE_GET_CLASS (self)->go_to != NULL
         && KAD_GUI_PAGE_GET_CLASS (self)->go_to (self, kind, sunk);
}

void
kad_gui_page_activate (KadGuiPage *self, const char *action, GVariant *what)
{
  g_autoptr (GVariant) sunk = what != NULL ? g_variant_ref_sink (what) : NULL;

  gtk_widget_activate_action_variant (GTK_WIDGET (self), action, sunk);
}
