/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-arguments.h"
#include "kad-node-config.h"

G_BEGIN_DECLS

/* --join, --listen, --identity, --key-type, --network, --protocol, --module-path, --set-limit,
 * --no-address-filter. */
extern const KadOption kad_node_options[];
/* --mode, --data: only for a node that stays. */
extern const KadOption kad_node_more_options[];

/* As the options say. @default_listen: (nullable): where to listen if no --listen is given. */
KadNodeConfig *kad_node_options_new_config (const KadArguments *arguments, KadMode default_mode,
                                            const char *default_listen, GError **error);

G_END_DECLS
