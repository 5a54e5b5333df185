/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-transport.h"

G_BEGIN_DECLS

#define KAD_MAX_TRANSPORT_OPTIONS 64

/* One setting of a transport, as text. */
typedef struct
{
  char *transport; /* its name */
  char *option;    /* a property of it */
  char *value;
} KadTransportOption;

KadTransportOption *kad_transport_option_new (const char *transport, const char *option,
                                              const char *value);
void kad_transport_option_free (KadTransportOption *self);
/* A new instance of each registered transport, with @options (element-type KadTransportOption) set
 * and, where it is a GInitable, initialised. (element-type KadTransport) (transfer full); NULL:
 * InvalidArgument, which names what is wrong. May block on files that an option names. */
GPtrArray *kad_node_transports_create (GPtrArray *options, GError **error);

G_END_DECLS
