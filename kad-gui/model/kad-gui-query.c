/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-query.h"

#include "kad-gui-contact.h"
#include "kad-gui-result.h"
#include "kad-gui-step.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiQuery, member)                              \
  }

static const KadGuiField fields[] = {
  FIELD ("id", INT64, id),
  FIELD ("run", INT64, run),
  FIELD ("query", INT64, query),
  FIELD ("path", STRING, path),
  FIELD ("own", BOOLEAN, own),
  FIELD ("kind", STRING, kind),
  FIELD ("command", STRING, command),
  FIELD ("key", STRING, key),
  FIELD ("owner", STRING, owner),
  FIELD ("state", UINT, state),
  FIELD ("started-us", INT64, started_us),
  FIELD ("duration-us", INT64, duration_us),
  FIELD ("outcome", STRING, outcome),
  FIELD ("error-code", STRING, error_code),
  FIELD ("error-message", STRING, error_message),
  FIELD ("heard", UINT, heard),
  FIELD ("waiting", UINT, waiting),
  FIELD ("queried", UINT, queried),
  FIELD ("unreachable", UINT, unreachable),
  FIELD ("requests", UINT, requests),
  FIELD ("successes", UINT, successes),
  FIELD ("failures", UINT, failures),
  FIELD ("n-results", UINT, n_results),
  FIELD ("summary", STRING, summary),
  FIELD ("dropped", UINT, dropped),
  FIELD ("contacts", LIST, contacts),
  FIELD ("steps", LIST, steps),
  FIELD ("results", LIST, results),
};

G_DEFINE_FINAL_TYPE (KadGuiQuery, kad_gui_query, KAD_GUI_TYPE_ITEM)

static void
kad_gui_query_class_init (KadGuiQueryClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_query_init (KadGuiQuery *self)
{
  self->contacts = G_LIST_MODEL (g_list_store_new (KAD_GUI_TYPE_CONTACT));
  self->steps = G_LIST_MODEL (g_list_store_new (KAD_GUI_TYPE_STEP));
  self->results = G_LIST_MODEL (g_list_store_new (KAD_GUI_TYPE_RESULT));
}

KadGuiQuery *
kad_gui_query_new (void)
{
  return g_object_new (KAD_GUI_TYPE_QUERY, NULL);
}
