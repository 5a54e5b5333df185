/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KAD_GUI_TYPE_ITEM (kad_gui_item_get_type ())

G_DECLARE_DERIVABLE_TYPE (KadGuiItem, kad_gui_item, KAD_GUI, ITEM, GObject)

/**
 * KadGuiItem:
 *
 * A row of a list, or another thing that is seen. A subclass is a public struct with a table of its
 * fields; each field is a property that can be read, with the same name. Drawings read the struct;
 * whoever feeds the model writes with the setters, which notify if something changed. One thread:
 * the main one.
 */
typedef enum
{
  KAD_GUI_FIELD_STRING,  /* char *, never NULL: "" is nothing */
  KAD_GUI_FIELD_STRV,    /* char **, never NULL */
  KAD_GUI_FIELD_BOOLEAN, /* gboolean */
  KAD_GUI_FIELD_UINT,    /* guint */
  KAD_GUI_FIELD_INT64,   /* gint64 */
  KAD_GUI_FIELD_DOUBLE,  /* double */
  KAD_GUI_FIELD_LIST,    /* GListModel *, owned, made in init() and never replaced */
} KadGuiFieldType;

typedef struct
{
  const char *name;
  KadGuiFieldType type;
  gsize offset;
} KadGuiField;

struct _KadGuiItemClass
{
  GObjectClass parent_class;

  const KadGuiField *fields;
  guint n_fields;
};

/* In class_init(). The property of fields[i] has the number i + 1. @fields: static. */
void kad_gui_item_class_install (KadGuiItemClass *klass, const KadGuiField *fields, guint n_fields);

/* Setters: @field is the number of the property. Give whether something changed. */
gboolean kad_gui_item_set_string (gpointer self, guint field, const char *value);
gboolean kad_gui_item_set_strv (gpointer self, guint field, const char *const *value);
gboolean kad_gui_item_set_boolean (gpointer self, guint field, gboolean value);
gboolean kad_gui_item_set_uint (gpointer self, guint field, guint value);
gboolean kad_gui_item_set_int64 (gpointer self, guint field, gint64 value);
gboolean kad_gui_item_set_double (gpointer self, guint field, double value);
/* Sets fields that have the names of members of an a{sv}, with "_" read as "-". A member of another
 * type, or of no field, is passed over. Bounded by the caller. Gives whether something changed. */
gboolean kad_gui_item_apply (gpointer self, GVariant *members);

/* Gives @self the fields of @from, of the same type; lists stay. Gives whether something changed.
 */
gboolean kad_gui_item_copy (gpointer self, gpointer from);

/* All fields as one JSON object, but lists; for the clipboard. (transfer full) */
char *kad_gui_item_dup_json (gpointer self);

/* Declares a subclass that has no ancestors but KadGuiItem, with a public struct. */
#define KAD_GUI_DECLARE_ITEM(Type, type, NAME)                                                     \
  GType type##_get_type (void);                                                                    \
  typedef struct _##Type Type;                                                                     \
  typedef struct                                                                                   \
  {                                                                                                \
    KadGuiItemClass parent_class;                                                                  \
  } Type##Class;                                                                                   \
  G_DEFINE_AUTOPTR_CLEANUP_FUNC (Type, g_object_unref)                                             \
  static inline Type *KAD_GUI_##NAME (gpointer object)                                             \
  {                                                                                                \
    return G_TYPE_CHECK_INSTANCE_CAST (object, type##_get_type (), Type);                          \
  }                                                                                                \
  static inline gboolean KAD_GUI_IS_##NAME (gpointer object)                                       \
  {                                                                                                \
    return G_TYPE_CHECK_INSTANCE_TYPE (object, type##_get_type ());                                \
  }

G_END_DECLS
