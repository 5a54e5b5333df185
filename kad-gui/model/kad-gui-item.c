/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-item.h"

#include <string.h>

#include "kad-json-writer.h"

G_DEFINE_ABSTRACT_TYPE (KadGuiItem, kad_gui_item, G_TYPE_OBJECT)

static const KadGuiField *
get_field (gpointer self, guint number)
{
  KadGuiItemClass *klass = KAD_GUI_ITEM_GET_CLASS (self);

  g_assert (number >= 1 && number <= klass->n_fields);
  return &klass->fields[number - 1];
}

static gpointer
get_place (gpointer self, const KadGuiField *field)
{
  return G_STRUCT_MEMBER_P (self, field->offset);
}

static void
kad_gui_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const KadGuiField *field = get_field (object, id);
  gpointer place = get_place (object, field);

  switch (field->type)
    {
    case KAD_GUI_FIELD_STRING:
      g_value_set_string (value, *(char **) place);
      break;
    case KAD_GUI_FIELD_STRV:
      g_value_set_boxed (value, *(char ***) place);
      break;
    case KAD_GUI_FIELD_BOOLEAN:
      g_value_set_boolean (value, *(gboolean *) place);
      break;
    case KAD_GUI_FIELD_UINT:
      g_value_set_uint (value, *(guint *) place);
      break;
    case KAD_GUI_FIELD_INT64:
      g_value_set_int64 (value, *(gint64 *) place);
      break;
    case KAD_GUI_FIELD_DOUBLE:
      g_value_set_double (value, *(double *) place);
      break;
    case KAD_GUI_FIELD_LIST:
      g_value_set_object (value, *(gpointer *) place);
      break;
    }
}

static void
kad_gui_item_constructed (GObject *object)
{
  KadGuiItemClass *klass = KAD_GUI_ITEM_GET_CLASS (object);

  for (guint i = 0; i < klass->n_fields; i++)
    {
      gpointer place = get_place (object, &klass->fields[i]);

      if (klass->fields[i].type == KAD_GUI_FIELD_STRING)
        *(char **) place = g_strdup ("");
      else if (klass->fields[i].type == KAD_GUI_FIELD_STRV)
        *(char ***) place = g_new0 (char *, 1);
    }
  G_OBJECT_CLASS (kad_gui_item_parent_class)->constructed (object);
}

static void
kad_gui_item_finalize (GObject *object)
{
  KadGuiItemClass *klass = KAD_GUI_ITEM_GET_CLASS (object);

  for (guint i = 0; i < klass->n_fields; i++)
    {
      gpointer place = get_place (object, &klass->fields[i]);

      if (klass->fields[i].type == KAD_GUI_FIELD_STRING)
        g_free (*(char **) place);
      else if (klass->fields[i].type == KAD_GUI_FIELD_STRV)
        g_strfreev (*(char ***) place);
      else if (klass->fields[i].type == KAD_GUI_FIELD_LIST)
        g_clear_object ((GObject **) place);
    }
  G_OBJECT_CLASS (kad_gui_item_parent_class)->finalize (object);
}

static void
kad_gui_item_class_init (KadGuiItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = kad_gui_item_constructed;
  object_class->finalize = kad_gui_item_finalize;
}

static void
kad_gui_item_init (KadGuiItem *self)
{
}

static GParamSpec *
new_pspec (const KadGuiField *field)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  switch (field->type)
    {
    case KAD_GUI_FIELD_STRING:
      return g_param_spec_string (field->name, NULL, NULL, "", flags);
    case KAD_GUI_FIELD_STRV:
      return g_param_spec_boxed (field->name, NULL, NULL, G_TYPE_STRV, flags);
    case KAD_GUI_FIELD_BOOLEAN:
      return g_param_spec_boolean (field->name, NULL, NULL, FALSE, flags);
    case KAD_GUI_FIELD_UINT:
      return g_param_spec_uint (field->name, NULL, NULL, 0, G_MAXUINT, 0, flags);
    case KAD_GUI_FIELD_INT64:
      return g_param_spec_int64 (field->name, NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
    case KAD_GUI_FIELD_DOUBLE:
      return g_param_spec_double (field->name, NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
    case KAD_GUI_FIELD_LIST:
      return g_param_spec_object (field->name, NULL, NULL, G_TYPE_LIST_MODEL, flags);
    }
  g_assert_not_reached ();
}

void
kad_gui_item_class_install (KadGuiItemClass *klass, const KadGuiField *fields, guint n_fields)
{
  /* GObject does not hand this one down. */
  G_OBJECT_CLASS (klass)->get_property = kad_gui_item_get_property;
  klass->fields = fields;
  klass->n_fields = n_fields;
  for (guint i = 0; i < n_fields; i++)
    g_object_class_install_property (G_OBJECT_CLASS (klass), i + 1, new_pspec (&fields[i]));
}

/* ---- setters ---- */

static void
notify (gpointer self, const KadGuiField *field)
{
  g_object_notify (self, field->name);
}

gboolean
kad_gui_item_set_string (gpointer self, guint number, const char *value)
{
  const KadGuiField *field = get_field (self, number);
  char **place = get_place (self, field);

  g_assert (field->type == KAD_GUI_FIELD_STRING);
  if (g_str_equal (*place, value != NULL ? value : ""))
    return FALSE;
  g_free (*place);
  *place = g_strdup (value != NULL ? value : "");
  notify (self, field);
  return TRUE;
}

gboolean
kad_gui_item_set_strv (gpointer self, guint number, const char *const *value)
{
  static const char *const none[] = { NULL };
  const KadGuiField *field = get_field (self, number);
  char ***place = get_place (self, field);

  g_assert (field->type == KAD_GUI_FIELD_STRV);
  if (value == NULL)
    value = none;
  if (g_strv_equal ((const char *const *) *place, value))
    return FALSE;
  g_strfreev (*place);
  *place = g_strdupv ((char **) value);
  notify (self, field);
  return TRUE;
}

#define DEFINE_SETTER(name, Type, TYPE)                                                            \
  gboolean kad_gui_item_set_##name (gpointer self, guint number, Type value)                       \
  {                                                                                                \
    const KadGuiField *field = get_field (self, number);                                           \
    Type *place = get_place (self, field);                                                         \
                                                                                                   \
    g_assert (field->type == KAD_GUI_FIELD_##TYPE);                                                \
    if (*place == value)                                                                           \
      return FALSE;                                                                                \
    *place = value;                                                                                \
    notify (self, field);                                                                          \
    return TRUE;                                                                                   \
  }

DEFINE_SETTER (boolean, gboolean, BOOLEAN)
DEFINE_SETTER (uint, guint, UINT)
DEFINE_SETTER (int64, gint64, INT64)
DEFINE_SETTER (double, double, DOUBLE)

/* Any whole number. */
static gboolean
get_number (GVariant *value, gint64 *number)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    *number = g_variant_get_int64 (value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    *number = (gint64) MIN (g_variant_get_uint64 (value), (guint64) G_MAXINT64);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    *number = g_variant_get_uint32 (value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT32))
    *number = g_variant_get_int32 (value);
  else
    return FALSE;
  return TRUE;
}

static gboolean
apply_number (gpointer self, guint number, const KadGuiField *field, GVariant *value)
{
  gint64 whole;

  if (field->type == KAD_GUI_FIELD_DOUBLE && g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return kad_gui_item_set_double (self, number, g_variant_get_double (value));
  if (!get_number (value, &whole))
    return FALSE;
  if (field->type == KAD_GUI_FIELD_DOUBLE)
    return kad_gui_item_set_double (self, number, (double) whole);
  if (field->type == KAD_GUI_FIELD_INT64)
    return kad_gui_item_set_int64 (self, number, whole);
  return kad_gui_item_set_uint (self, number, (guint) CLAMP (whole, 0, (gint64) G_MAXUINT));
}

static gboolean
apply_one (gpointer self, guint number, GVariant *value)
{
  const KadGuiField *field = get_field (self, number);

  switch (field->type)
    {
    case KAD_GUI_FIELD_STRING:
      return g_variant_is_of_type (value, G_VARIANT_TYPE_STRING)
             && kad_gui_item_set_string (self, number, g_variant_get_string (value, NULL));
    case KAD_GUI_FIELD_STRV:
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
        {
          g_autofree const char **words = g_variant_get_strv (value, NULL);

          return kad_gui_item_set_strv (self, number, words);
        }
      return FALSE;
    case KAD_GUI_FIELD_BOOLEAN:
      return g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN)
             && kad_gui_item_set_boolean (self, number, g_variant_get_boolean (value));
    case KAD_GUI_FIELD_UINT:
    case KAD_GUI_FIELD_INT64:
    case KAD_GUI_FIELD_DOUBLE:
      return apply_number (self, number, field, value);
    case KAD_GUI_FIELD_LIST:
      return FALSE;
    }
  return FALSE;
}

static guint
find_field (gpointer self, const char *name)
{
  KadGuiItemClass *klass = KAD_GUI_ITEM_GET_CLASS (self);
  g_autofree char *kebab = g_strdelimit (g_strdup (name), "_", '-');

  for (guint i = 0; i < klass->n_fields; i++)
    if (g_str_equal (klass->fields[i].name, kebab))
      return i + 1;
  return 0;
}

gboolean
kad_gui_item_apply (gpointer self, GVariant *members)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;
  gboolean changed = FALSE;

  g_object_freeze_notify (self);
  g_variant_iter_init (&iter, members);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    {
      guint number = find_field (self, name);

      if (number != 0 && apply_one (self, number, value))
        changed = TRUE;
    }
  g_object_thaw_notify (self);
  return changed;
}

static gboolean
copy_one (gpointer self, guint number, gpointer from)
{
  const KadGuiField *field = get_field (self, number);
  gpointer place = get_place (from, field);

  switch (field->type)
    {
    case KAD_GUI_FIELD_STRING:
      return kad_gui_item_set_string (self, number, *(char **) place);
    case KAD_GUI_FIELD_STRV:
      return kad_gui_item_set_strv (self, number, *(const char *const **) place);
    case KAD_GUI_FIELD_BOOLEAN:
      return kad_gui_item_set_boolean (self, number, *(gboolean *) place);
    case KAD_GUI_FIELD_UINT:
      return kad_gui_item_set_uint (self, number, *(guint *) place);
    case KAD_GUI_FIELD_INT64:
      return kad_gui_item_set_int64 (self, number, *(gint64 *) place);
    case KAD_GUI_FIELD_DOUBLE:
      return kad_gui_item_set_double (self, number, *(double *) place);
    case KAD_GUI_FIELD_LIST:
      return FALSE;
    }
  return FALSE;
}

gboolean
kad_gui_item_copy (gpointer self, gpointer from)
{
  KadGuiItemClass *klass = KAD_GUI_ITEM_GET_CLASS (self);
  gboolean changed = FALSE;

  g_assert (G_OBJECT_TYPE (self) == G_OBJECT_TYPE (from));
  g_object_freeze_notify (self);
  for (guint i = 1; i <= klass->n_fields; i++)
    if (copy_one (self, i, from))
      changed = TRUE;
  g_object_thaw_notify (self);
  return changed;
}

/* ---- as text ---- */

static void
add_member (GVariantDict *dict, gpointer self, const KadGuiField *field)
{
  gpointer place = get_place (self, field);
  g_autofree char *name = g_strdelimit (g_strdup (field->name), "-", '_');

  switch (field->type)
    {
    case KAD_GUI_FIELD_STRING:
      g_variant_dict_insert (dict, name, "s", *(char **) place);
      break;
    case KAD_GUI_FIELD_STRV:
      g_variant_dict_insert (dict, name, "^as", *(char ***) place);
      break;
    case KAD_GUI_FIELD_BOOLEAN:
      g_variant_dict_insert (dict, name, "b", *(gboolean *) place);
      break;
    case KAD_GUI_FIELD_UINT:
      g_variant_dict_insert (dict, name, "u", *(guint *) place);
      break;
    case KAD_GUI_FIELD_INT64:
      g_variant_dict_insert (dict, name, "x", *(gint64 *) place);
      break;
    case KAD_GUI_FIELD_DOUBLE:
      g_variant_dict_insert (dict, name, "d", *(double *) place);
      break;
    case KAD_GUI_FIELD_LIST:
      break;
    }
}

char *
kad_gui_item_dup_json (gpointer self)
{
  KadGuiItemClass *klass = KAD_GUI_ITEM_GET_CLASS (self);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) members = NULL;
  GString *json = g_string_new (NULL);

  for (guint i = 0; i < klass->n_fields; i++)
    add_member (&dict, self, &klass->fields[i]);
  members = g_variant_ref_sink (g_variant_dict_end (&dict));
  kad_json_append_variant (json, members);
  return g_string_free (json, FALSE);
}
