/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

#define KAD_TYPE_SHOW_BUCKETS_COMMAND (kad_show_buckets_command_get_type ())

G_DECLARE_FINAL_TYPE (KadShowBucketsCommand, kad_show_buckets_command, KAD, SHOW_BUCKETS_COMMAND,
                      KadCommandHandler)

G_END_DECLS
