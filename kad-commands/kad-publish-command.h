/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_PUBLISH_COMMAND (kad_publish_command_get_type ())

G_DECLARE_FINAL_TYPE (KadPublishCommand, kad_publish_command, KAD, PUBLISH_COMMAND,
                      KadCommandHandler)

G_END_DECLS
