package io.polaroid.registry.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.polaroid.registry.core.Decisions;
import io.polaroid.registry.core.Deletion;
import io.polaroid.registry.core.Lookups;
import io.polaroid.registry.core.Outcome;
import io.polaroid.registry.core.Refusal;
import io.polaroid.registry.core.RegistryState;
import io.polaroid.registry.core.SchemaVersion;
import io.polaroid.registry.core.Shown;
import io.polaroid.registry.topic.SchemasTopic;
import io.polaroid.timeseries.result.PolaroidException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The paths of the Confluent REST protocol, each one question to the core. */
public final class RegistryRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryRoutes.class);

    private final SchemasTopic topic;

    private RegistryRoutes(SchemasTopic topic) {
        this.topic = topic;
    }

    /** Adds all paths. */
    public static void add(RoutesConfig routes, SchemasTopic topic) {
        var handlers = new RegistryRoutes(topic);
        routes.before(RestBody::requireJson);
        handlers.addSubjects(routes);
        handlers.addSchemas(routes);
        handlers.addLevels(routes);
        routes.exception(RestBody.BadRequest.class, (e, ctx) -> RestBody.refuse(ctx, e.refusal()));
        routes.exception(PolaroidException.class, (e, ctx) -> {
            LOG.atError().addKeyValue("path", ctx.path()).setCause(e).log("a request failed");
            RestBody.refuse(
                    ctx,
                    new Refusal(
                            50001,
                            "Error in the backend data store: " + e.problem().detail()));
        });
        routes.error(HttpStatus.NOT_FOUND, ctx -> {
            if (ctx.attribute(RestBody.ANSWERED) == null) {
                RestBody.refuse(ctx, new Refusal(404, "HTTP 404 Not Found"));
            }
        });
    }

    private void addSubjects(RoutesConfig routes) {
        routes.get("/", ctx -> RestBody.write(ctx, Map.of()));
        routes.get(
                "/subjects",
                ctx -> RestBody.write(
                        ctx,
                        Lookups.subjects(
                                state(),
                                ctx.queryParamAsClass("subjectPrefix", String.class)
                                        .getOrDefault(""),
                                shown(ctx))));
        routes.post(
                "/subjects/{subject}",
                ctx -> RestBody.answer(
                        ctx,
                        RestBody.schemaText(ctx).flatMap(text -> Lookups.find(state(), subject(ctx), text, shown(ctx))),
                        RestBody::version));
        routes.delete(
                "/subjects/{subject}",
                ctx -> RestBody.answer(
                        ctx,
                        topic.decide(state -> Decisions.deleteSubject(state, subject(ctx), deletion(ctx))),
                        numbers -> numbers));
        routes.get(
                "/subjects/{subject}/versions",
                ctx -> RestBody.answer(ctx, Lookups.versions(state(), subject(ctx), shown(ctx)), numbers -> numbers));
        routes.post(
                "/subjects/{subject}/versions",
                ctx -> RestBody.answer(
                        ctx,
                        RestBody.schemaText(ctx)
                                .flatMap(text -> topic.decide(state -> Decisions.register(state, subject(ctx), text))),
                        version -> Map.of("id", version.id())));
        routes.get(
                "/subjects/{subject}/versions/{version}", ctx -> RestBody.answer(ctx, version(ctx), RestBody::version));
        routes.get(
                "/subjects/{subject}/versions/{version}/schema",
                ctx -> RestBody.answerText(ctx, version(ctx).map(SchemaVersion::schema)));
        routes.delete(
                "/subjects/{subject}/versions/{version}",
                ctx -> RestBody.answer(
                        ctx,
                        topic.decide(state ->
                                Decisions.deleteVersion(state, subject(ctx), ctx.pathParam("version"), deletion(ctx))),
                        number -> number));
    }

    private void addSchemas(RoutesConfig routes) {
        routes.get("/schemas/types", ctx -> RestBody.write(ctx, List.of("AVRO")));
        routes.get(
                "/schemas/ids/{id}", ctx -> RestBody.answer(ctx, schemaOfId(ctx), schema -> Map.of("schema", schema)));
        routes.get("/schemas/ids/{id}/schema", ctx -> RestBody.answerText(ctx, schemaOfId(ctx)));
        routes.get(
                "/schemas/ids/{id}/subjects",
                ctx -> RestBody.answer(
                        ctx,
                        versionsOfId(ctx),
                        versions -> versions.stream()
                                .map(SchemaVersion::subject)
                                .distinct()
                                .toList()));
        routes.get(
                "/schemas/ids/{id}/versions",
                ctx -> RestBody.answer(
                        ctx,
                        versionsOfId(ctx),
                        versions -> versions.stream().map(RestBody::place).toList()));
    }

    private void addLevels(RoutesConfig routes) {
        routes.get("/mode", ctx -> RestBody.write(ctx, Map.of("mode", "READWRITE")));
        routes.get("/mode/{subject}", ctx -> {
            if (RestBody.flag(ctx, "defaultToGlobal")) {
                RestBody.write(ctx, Map.of("mode", "READWRITE"));
            } else {
                RestBody.refuse(ctx, Refusal.modeNotSet(subject(ctx)));
            }
        });
        for (String path : List.of("/config", "/config/{subject}")) {
            routes.get(path, ctx -> {
                var level = RestBody.flag(ctx, "defaultToGlobal")
                        ? Outcome.done(state().levelOf(levelSubject(ctx)))
                        : Lookups.level(state(), levelSubject(ctx));
                RestBody.answer(ctx, level, name -> Map.of("compatibilityLevel", name.name()));
            });
            routes.put(path, ctx -> {
                String level = RestBody.read(ctx).path("compatibility").asText();
                RestBody.answer(
                        ctx,
                        topic.decide(state -> Decisions.setLevel(levelSubject(ctx), level)),
                        name -> Map.of("compatibility", name.name()));
            });
            routes.delete(
                    path,
                    ctx -> RestBody.answer(
                            ctx,
                            topic.decide(state -> Decisions.clearLevel(state, levelSubject(ctx))),
                            name -> Map.of("compatibilityLevel", name.name())));
        }
        routes.post(
                "/compatibility/subjects/{subject}/versions/{version}",
                ctx -> answerCompatibility(ctx, Lookups.comparedWith(state(), subject(ctx), ctx.pathParam("version"))));
        routes.post(
                "/compatibility/subjects/{subject}/versions",
                ctx -> answerCompatibility(ctx, Outcome.done(state().liveVersions(subject(ctx)))));
    }

    private void answerCompatibility(Context ctx, Outcome<List<SchemaVersion>> against) {
        var violations = RestBody.schemaText(ctx)
                .flatMap(text ->
                        against.flatMap(versions -> Decisions.violations(state(), subject(ctx), text, versions)));
        boolean verbose = RestBody.flag(ctx, "verbose");
        RestBody.answer(
                ctx,
                violations,
                found -> verbose
                        ? Map.of("is_compatible", found.isEmpty(), "messages", found)
                        : Map.of("is_compatible", found.isEmpty()));
    }

    private RegistryState state() {
        return topic.state();
    }

    private Outcome<SchemaVersion> version(Context ctx) {
        return Lookups.version(state(), subject(ctx), ctx.pathParam("version"), shown(ctx));
    }

    private Outcome<String> schemaOfId(Context ctx) {
        return Lookups.schema(state(), RestBody.id(ctx));
    }

    private Outcome<List<SchemaVersion>> versionsOfId(Context ctx) {
        return Lookups.versionsOfId(state(), RestBody.id(ctx), shown(ctx));
    }

    private static String subject(Context ctx) {
        return ctx.pathParam("subject");
    }

    private static String levelSubject(Context ctx) {
        return ctx.pathParamMap().getOrDefault("subject", RegistryState.GLOBAL);
    }

    private static Shown shown(Context ctx) {
        return RestBody.flag(ctx, "deleted") ? Shown.ALL : Shown.LIVE;
    }

    private static Deletion deletion(Context ctx) {
        return RestBody.flag(ctx, "permanent") ? Deletion.PERMANENT : Deletion.SOFT;
    }
}
