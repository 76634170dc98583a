package io.polaroid.launcher.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of a REST service that link to each other. */
class RestPagesTest {
    @TempDir
    Path folder;

    private HttpServer server;

    @BeforeEach
    void serve() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/trades", exchange -> {
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            int page = query.startsWith("page=") ? Integer.parseInt(query.substring(5)) : 1;
            String link = page == 9
                    ? "<http://127.0.0.2:1/elsewhere>; rel=\"next\""
                    : "</trades?page=1>; rel=\"first\", </trades?page=%d>; rel=\"next\"".formatted(page + 1);
            if (page != 3) {
                exchange.getResponseHeaders().add("Link", link);
            }
            byte[] body = "[{\"page\": %d}]".formatted(page).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(page == 7 ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Test
    void followsLinksToTheLastPage() {
        var pages = RestPages.into(folder).fetch(url("/trades"));
        assertThat(pages).hasSize(3);
        assertThat(Path.of(pages.getLast())).hasContent("[{\"page\": 3}]");
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> RestPages.into(folder).fetch(url("/trades?page=7")))
                .hasMessageContaining("answers 503");
        assertThatThrownBy(() -> RestPages.into(folder).fetch(url("/trades?page=9")))
                .hasMessageContaining("leads on to http://127.0.0.2:1/elsewhere");
    }
}
