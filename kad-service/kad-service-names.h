/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The names of the service on D-Bus; data/org.libkad.Kad1.*.xml say what stands behind them. */
#define KAD_BUS_NAME "org.libkad.Kad1"
#define KAD_ROOT_PATH "/org/libkad/Kad1"
#define KAD_QUERY_PATH KAD_ROOT_PATH "/query"
#define KAD_DETACHED_PATH KAD_QUERY_PATH "/detached" /* of callers that may leave */
#define KAD_WATCH_PATH KAD_ROOT_PATH "/watch"
#define KAD_PUBLICATION_PATH KAD_ROOT_PATH "/publication"
/* Of those that end with their callers: one folder a caller, for nobody else. */
#define KAD_SESSION_PATH KAD_PUBLICATION_PATH "/session"
/* Of those of applications in sandboxes: one folder an application, see kad_app_token_new(). */
#define KAD_APP_PATH KAD_PUBLICATION_PATH "/app"
