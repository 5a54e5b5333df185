/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"

G_BEGIN_DECLS

KAD_API void kad_commands_register (void);

G_END_DECLS
