/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-inspector-page.h"

#include <glib/gi18n-lib.h>

#include "kad-gui-node-source.h"
#include "kad-gui-pages.h"
#include "kad-gui-text.h"

#define MAX_PAGES 3

typedef struct
{
  GtkBox parent_instance;

  GtkDropDown *chooser;
  GtkStringList *ids; /* of the nodes, as they stand in the chooser */
  GtkStack *cover;    /* "none" or "pages" */
  GtkStack *stack;
  GtkLabel *said;
  GtkWidget *pages[MAX_PAGES];
  guint n_pages;
  KadGuiSource *source; /* (owned) (nullable) */
  gboolean is_filling;
} KadGuiInspectorPage;

typedef GtkBoxClass KadGuiInspectorPageClass;

G_DEFINE_DYNAMIC_TYPE (KadGuiInspectorPage, kad_gui_inspector_page, GTK_TYPE_BOX)

enum
{
  PROP_TITLE = 1,
  PROP_OBJECT,
};

/* ---- what is looked at ---- */

static KadGuiPage *
get_page (KadGuiInspectorPage *self)
{
  GtkWidget *child = gtk_stack_get_visible_child (self->stack);

  return child != NULL ? (KadGuiPage *) child : NULL;
}

static void
update_topics (KadGuiInspectorPage *self)
{
  KadGuiPage *page = get_page (self);
  gboolean is_seen = gtk_widget_get_mapped (GTK_WIDGET (self));

  if (self->source != NULL)
    kad_gui_source_set_topics (self->source,
                               is_seen && page != NULL ? kad_gui_page_get_topics (page) : 0);
}

static void
set_source (KadGuiInspectorPage *self, KadGuiSource *source)
{
  for (guint i = 0; i < self->n_pages; i++)
    kad_gui_page_set_source ((KadGuiPage *) self->pages[i], source);
  if (self->source != NULL)
    {
      kad_gui_source_set_topics (self->source, 0);
      kad_gui_source_close (self->source);
    }
  g_set_object (&self->source, source);
  if (source != NULL)
    kad_gui_source_open (source);
  gtk_stack_set_visible_child_name (self->cover, source != NULL ? "pages" : "none");
  update_topics (self);
}

/* (transfer full) (nullable) */
static KadNode *
find_node (const char *id)
{
  g_autoptr (GPtrArray) nodes = kad_node_list_all ();

  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *text = kad_peer_id_to_string (kad_node_get_peer_id (nodes->pdata[i]));

      if (g_str_equal (text, id))
        return g_object_ref (nodes->pdata[i]);
    }
  return NULL;
}

static void
choose (KadGuiInspectorPage *self)
{
  guint selected = gtk_drop_down_get_selected (self->chooser);
  const char *id = selected != GTK_INVALID_LIST_POSITION
                       ? gtk_string_list_get_string (self->ids, selected)
                       : NULL;
  g_autoptr (KadNode) node = id != NULL ? find_node (id) : NULL;
  g_autoptr (KadGuiSource) source = NULL;

  if (self->is_filling)
    return;
  if (node != NULL && self->source != NULL
      && g_str_equal (kad_gui_source_get_title (self->source), id)
      && kad_gui_source_get_state (self->source) == KAD_GUI_SOURCE_OPEN)
    {
      update_topics (self);
      return;
    }
  source = node != NULL ? kad_gui_node_source_new (node) : NULL;
  set_source (self, source);
}

/* Who is there now; @wanted is chosen, or who was, or the first. */
static void
fill_chooser (KadGuiInspectorPage *self, KadNode *wanted)
{
  g_autoptr (GPtrArray) nodes = kad_node_list_all ();
  g_autofree char *before
      = self->source != NULL ? g_strdup (kad_gui_source_get_title (self->source)) : NULL;
  guint selected = 0;

  self->is_filling = TRUE;
  gtk_string_list_splice (self->ids, 0, g_list_model_get_n_items (G_LIST_MODEL (self->ids)), NULL);
  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *id = kad_peer_id_to_string (kad_node_get_peer_id (nodes->pdata[i]));

      gtk_string_list_append (self->ids, id);
      if (nodes->pdata[i] == wanted || (wanted == NULL && g_strcmp0 (id, before) == 0))
        selected = i;
    }
  gtk_drop_down_set_selected (self->chooser, nodes->len > 0 ? selected : GTK_INVALID_LIST_POSITION);
  self->is_filling = FALSE;
  choose (self);
}

static void
kad_gui_inspector_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kad_gui_inspector_page_parent_class)->map (widget);
  fill_chooser ((KadGuiInspectorPage *) widget, NULL);
}

static void
kad_gui_inspector_page_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kad_gui_inspector_page_parent_class)->unmap (widget);
  update_topics ((KadGuiInspectorPage *) widget);
}

/* ---- what pages ask for ---- */

static void
go_to (KadGuiInspectorPage *self, const char *name, const char *kind, GVariant *what)
{
  GtkWidget *page = gtk_stack_get_child_by_name (self->stack, name);

  if (page == NULL)
    return;
  gtk_stack_set_visible_child (self->stack, page);
  kad_gui_page_go_to ((KadGuiPage *) page, kind, what);
}

static void
on_go_to (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  static const struct
  {
    const char *action, *page, *kind;
  } ways[] = {
    { "show-peer", "table", "peer" },        { "show-bucket", "table", "bucket" },
    { "show-key", "table", "key" },          { "show-query", "queries", "query" },
    { "new-query", "queries", "new-query" }, { "show-events", "events", "events" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    if (g_str_equal (g_action_get_name (G_ACTION (action)), ways[i].action))
      go_to (user_data, ways[i].page, ways[i].kind, parameter);
}

static void
on_copy (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  KadGuiInspectorPage *self = user_data;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          g_variant_get_string (parameter, NULL));
  gtk_label_set_text (self->said, _ ("Copied"));
}

static void
on_toast (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  KadGuiInspectorPage *self = user_data;
  g_autofree char *text = kad_gui_text (g_variant_get_string (parameter, NULL));

  gtk_label_set_text (self->said, text);
}

static void
install_actions (KadGuiInspectorPage *self)
{
  static const GActionEntry entries[] = {
    { "show-peer", on_go_to, "s", NULL, NULL, { 0 } },
    { "show-bucket", on_go_to, "u", NULL, NULL, { 0 } },
    { "show-key", on_go_to, "s", NULL, NULL, { 0 } },
    { "show-query", on_go_to, "x", NULL, NULL, { 0 } },
    { "show-events", on_go_to, "s", NULL, NULL, { 0 } },
    { "new-query", on_go_to, "(ss)", NULL, NULL, { 0 } },
    { "copy", on_copy, "s", NULL, NULL, { 0 } },
    { "toast", on_toast, "s", NULL, NULL, { 0 } },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "kad", G_ACTION_GROUP (group));
}

/* ---- its parts ---- */

static void
add_pages (KadGuiInspectorPage *self)
{
  static const char *const wanted[] = { "table", "queries", "events", NULL };

  for (const GType *types = kad_gui_pages_get_types (); *types != G_TYPE_INVALID; types++)
    {
      g_autoptr (GTypeClass) klass = g_type_class_ref (*types);
      const char *name = ((KadGuiPageClass *) klass)->name;
      GtkWidget *page;

      if (!g_strv_contains (wanted, name) || self->n_pages == MAX_PAGES)
        continue;
      page = g_object_new (*types, NULL);
      gtk_stack_add_titled (self->stack, page, name, kad_gui_page_get_title ((KadGuiPage *) page));
      self->pages[self->n_pages++] = page;
    }
}

static GtkWidget *
new_top (KadGuiInspectorPage *self)
{
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *switcher = gtk_stack_switcher_new ();

  gtk_widget_set_margin_start (top, 12);
  gtk_widget_set_margin_end (top, 12);
  gtk_widget_set_margin_top (top, 6);
  gtk_widget_set_margin_bottom (top, 6);
  self->ids = gtk_string_list_new (NULL);
  self->chooser = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (g_object_ref (self->ids)), NULL));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->chooser), _ ("Which node of this program"));
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), self->stack);
  self->said = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (self->said, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (self->said), TRUE);
  gtk_label_set_xalign (self->said, 1);
  gtk_widget_add_css_class (GTK_WIDGET (self->said), "dim-label");
  gtk_box_append (GTK_BOX (top), GTK_WIDGET (self->chooser));
  gtk_box_append (GTK_BOX (top), switcher);
  gtk_box_append (GTK_BOX (top), GTK_WIDGET (self->said));
  return top;
}

static void
kad_gui_inspector_page_init (KadGuiInspectorPage *self)
{
  GtkWidget *all = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *none = gtk_label_new (_ ("There is no Kad node in this program"));

  gtk_widget_add_css_class (none, "dim-label");
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_box_append (GTK_BOX (all), new_top (self));
  gtk_box_append (GTK_BOX (all), GTK_WIDGET (self->stack));
  self->cover = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (self->cover, none, "none");
  gtk_stack_add_named (self->cover, all, "pages");
  gtk_widget_set_hexpand (GTK_WIDGET (self->cover), TRUE);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->cover));
  install_actions (self);
  add_pages (self);
  g_signal_connect_swapped (self->chooser, "notify::selected", G_CALLBACK (choose), self);
  g_signal_connect_swapped (self->stack, "notify::visible-child", G_CALLBACK (update_topics), self);
}

static void
kad_gui_inspector_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TITLE)
    g_value_set_static_string (value, "Kad");
  else
    g_value_set_object (value, NULL);
}

static void
kad_gui_inspector_page_set_property (GObject *object, guint id, const GValue *value,
                                     GParamSpec *pspec)
{
  GObject *looked_at = g_value_get_object (value);

  if (id == PROP_OBJECT && looked_at != NULL && KAD_IS_NODE (looked_at))
    fill_chooser ((KadGuiInspectorPage *) object, KAD_NODE (looked_at));
}

static void
kad_gui_inspector_page_dispose (GObject *object)
{
  KadGuiInspectorPage *self = (KadGuiInspectorPage *) object;

  if (self->source != NULL)
    set_source (self, NULL);
  if (self->stack != NULL)
    g_signal_handlers_disconnect_by_data (self->stack, self);
  if (self->chooser != NULL)
    g_signal_handlers_disconnect_by_data (self->chooser, self);
  self->stack = NULL;
  self->chooser = NULL;
  g_clear_object (&self->ids);
  G_OBJECT_CLASS (kad_gui_inspector_page_parent_class)->dispose (object);
}

static void
kad_gui_inspector_page_class_init (KadGuiInspectorPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = kad_gui_inspector_page_get_property;
  object_class->set_property = kad_gui_inspector_page_set_property;
  object_class->dispose = kad_gui_inspector_page_dispose;
  widget_class->map = kad_gui_inspector_page_map;
  widget_class->unmap = kad_gui_inspector_page_unmap;
  g_object_class_install_property (
      object_class, PROP_TITLE,
      g_param_spec_string ("title", NULL, NULL, "Kad", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (
      object_class, PROP_OBJECT,
      g_param_spec_object ("object", NULL, NULL, G_TYPE_OBJECT,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

static void
kad_gui_inspector_page_class_finalize (KadGuiInspectorPageClass *klass)
{
}

void
kad_gui_inspector_page_register (GTypeModule *module)
{
  kad_gui_inspector_page_register_type (module);
}
