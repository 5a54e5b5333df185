/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_DIAL_COMMAND (kad_dial_command_get_type ())

G_DECLARE_FINAL_TYPE (KadDialCommand, kad_dial_command, KAD, DIAL_COMMAND, KadCommandHandler)

G_END_DECLS
