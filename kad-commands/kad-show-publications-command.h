/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_SHOW_PUBLICATIONS_COMMAND (kad_show_publications_command_get_type ())

G_DECLARE_FINAL_TYPE (KadShowPublicationsCommand, kad_show_publications_command, KAD,
                      SHOW_PUBLICATIONS_COMMAND, KadCommandHandler)

G_END_DECLS
