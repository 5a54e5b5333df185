/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_REFRESH_PUBLICATION_COMMAND (kad_refresh_publication_command_get_type ())

G_DECLARE_FINAL_TYPE (KadRefreshPublicationCommand, kad_refresh_publication_command, KAD,
                      REFRESH_PUBLICATION_COMMAND, KadCommandHandler)

G_END_DECLS
