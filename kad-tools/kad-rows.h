/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-client.h"
#include "kad-view.h"

G_BEGIN_DECLS

/* A list that the service keeps, of things that come, change and go. */
typedef struct
{
  /* `aa{sv}`: each with its "path". */
  GVariant *(*list) (KadClient *client, GError **error);
  const KadViewColumn *columns;
  const char *nothing; /* translatable: the list is empty */
  const char *gone;    /* translatable, with %s for the path of what has gone */
} KadRows;

/* `(a(oa{sv}))`, as the service answers, as such rows. */
GVariant *kad_rows_from_objects (GVariant *answer);
/* The list as it is. */
gboolean kad_rows_show (KadTool *tool, KadClient *client, const KadRows *self, GError **error);
/* The list as it is and what changes in it, until Ctrl-C: looks once a second. What has gone is
 * {"path":..,"removed":true}. */
gboolean kad_rows_watch (KadTool *tool, KadClient *client, const KadRows *self, GError **error);

G_END_DECLS
