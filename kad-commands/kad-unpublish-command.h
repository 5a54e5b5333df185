/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_UNPUBLISH_COMMAND (kad_unpublish_command_get_type ())

G_DECLARE_FINAL_TYPE (KadUnpublishCommand, kad_unpublish_command, KAD, UNPUBLISH_COMMAND,
                      KadCommandHandler)

G_END_DECLS
