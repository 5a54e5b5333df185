/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_RENEW_COMMAND (kad_renew_command_get_type ())

G_DECLARE_FINAL_TYPE (KadRenewCommand, kad_renew_command, KAD, RENEW_COMMAND, KadCommandHandler)

G_END_DECLS
