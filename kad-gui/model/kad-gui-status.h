/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-item.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_STATUS (kad_gui_status_get_type ())

KAD_GUI_DECLARE_ITEM (KadGuiStatus, kad_gui_status, STATUS)

/* The fields, as setters name them. */
enum
{
  KAD_GUI_STATUS_FIELD_STATE = 1,
  KAD_GUI_STATUS_FIELD_PAUSE_REASON,
  KAD_GUI_STATUS_FIELD_PEER_ID,
  KAD_GUI_STATUS_FIELD_MODE,
  KAD_GUI_STATUS_FIELD_SERVING,
  KAD_GUI_STATUS_FIELD_REACHABILITY,
  KAD_GUI_STATUS_FIELD_REACHABILITY_WHY,
  KAD_GUI_STATUS_FIELD_NETWORK,
  KAD_GUI_STATUS_FIELD_VERSION,
  KAD_GUI_STATUS_FIELD_FEATURES,
  KAD_GUI_STATUS_FIELD_LISTEN_ADDRESSES,
  KAD_GUI_STATUS_FIELD_OBSERVED_ADDRESSES,
  KAD_GUI_STATUS_FIELD_PEER_COUNT,
  KAD_GUI_STATUS_FIELD_TABLE_SIZE,
  KAD_GUI_STATUS_FIELD_NETWORK_SIZE,
  KAD_GUI_STATUS_FIELD_NETWORK_SIZE_ERROR,
  KAD_GUI_STATUS_FIELD_NETWORK_SIZE_SAMPLES,
  KAD_GUI_STATUS_FIELD_NETWORK_SIZE_WHEN,
  KAD_GUI_STATUS_FIELD_QUIET_REASONS,
};

/**
 * KadGuiStatus:
 *
 * What the node says of itself. States are the words of org.libkad.Kad1.Node.
 */
struct _KadGuiStatus
{
  KadGuiItem parent_instance;

  char *state; /* "stopped", "starting", "offline", "bootstrapping", "online", "paused"; empty: not
                  known */
  char *pause_reason;
  char *peer_id;
  char *mode; /* "auto", "client", "server" */
  gboolean serving;
  char *reachability;     /* "unknown", "local", "private", "public" */
  char *reachability_why; /* a code, and facts in English */
  char *network;
  char *version; /* of Kad */
  char **features;
  char **listen_addresses;
  char **observed_addresses;
  guint peer_count; /* connections */
  guint table_size;
  gint64 network_size;        /* 0: no estimate */
  double network_size_error;  /* standard error */
  guint network_size_samples; /* lookups */
  gint64 network_size_when;   /* microseconds since 1970 */
  char **quiet_reasons; /* words for why it does only what it is asked; none: it is not quiet */
};

KadGuiStatus *kad_gui_status_new (void);

G_END_DECLS
