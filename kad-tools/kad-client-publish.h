/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-client.h"

G_BEGIN_DECLS

/* For whom the tool publishes, as Publications has it: what one call of it publishes another one
 * lists and ends. */
#define KAD_CLIENT_APP_ID "kad"

/* What is published by the service. */
typedef struct
{
  const char *key;     /* text */
  GVariant *value;     /* `ay`, a record; NULL: a provider */
  gboolean is_session; /* only until Ctrl-C; or it survives all of us */
} KadPublishPlan;

/* Publishes, waits for the first announcement, and tells how it went. FALSE without a word if the
 * service knows no publications. */
gboolean kad_client_publish_run (KadTool *tool, KadClient *client, const KadPublishPlan *plan,
                                 KadExit *code);

G_END_DECLS
