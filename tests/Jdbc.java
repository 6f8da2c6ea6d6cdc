import java.sql.*;
import java.util.*;

/** What DBeaver, Metabase and programs ask through PostgreSQL's JDBC driver: address, user, password. */
public class Jdbc {
    interface Ask {
        ResultSet now() throws SQLException;
    }

    static int rows(String what, int least, Ask ask) throws SQLException {
        int rows = 0;
        try (ResultSet answer = ask.now()) {
            int columns = answer.getMetaData().getColumnCount();
            for (; answer.next(); rows++)
                for (int at = 1; at <= columns; at++) answer.getString(at);
        } catch (SQLException error) {
            throw new SQLException(what + ": " + error.getMessage());
        }
        if (rows < least) throw new SQLException(what + ": " + rows + " rows, at least " + least + " expected");
        return rows;
    }

    public static void main(String[] words) throws Exception {
        Properties who = new Properties();
        who.put("user", words[1]);
        who.put("password", words[2]);
        try (Connection connection = DriverManager.getConnection("jdbc:postgresql://" + words[0] + "/dinamika", who)) {
            DatabaseMetaData told = connection.getMetaData();
            rows("schemas", 1, () -> told.getSchemas());
            rows("catalogs", 1, () -> told.getCatalogs());
            rows("tables", 20, () -> told.getTables(null, "public", "%", new String[] {"TABLE", "VIEW"}));
            rows("columns", 18, () -> told.getColumns(null, "public", "indicator_values", "%"));
            rows("primary keys", 0, () -> told.getPrimaryKeys(null, "public", "schools"));
            rows("imported keys", 0, () -> told.getImportedKeys(null, "public", "schools"));
            rows("exported keys", 0, () -> told.getExportedKeys(null, "public", "schools"));
            rows("indexes", 0, () -> told.getIndexInfo(null, "public", "schools", false, false));
            rows("types", 20, () -> told.getTypeInfo());
            rows("table types", 1, () -> told.getTableTypes());
            rows("functions", 0, () -> told.getFunctions(null, "public", "%"));
            rows("procedures", 0, () -> told.getProcedures(null, "public", "%"));
            if (told.getSQLKeywords().isEmpty()) throw new SQLException("no keywords");

            String sql = "select level, n, value, period from indicator_values where indicator = ? and n > ? and level in (?, ?)";
            PreparedStatement prepared = connection.prepareStatement(sql);
            prepared.setString(1, "vpr.share2");
            prepared.setInt(2, 5);
            prepared.setString(3, "region");
            prepared.setString(4, "municipality");
            // The driver prepares on the server from the fifth time on, and reads numbers in binary then.
            int first = rows("prepared", 1, () -> prepared.executeQuery());
            for (int time = 0; time < 8; time++)
                if (rows("prepared", 1, () -> prepared.executeQuery()) != first) throw new SQLException("another answer");

            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            Statement statement = connection.createStatement();
            statement.setFetchSize(500);
            int read = rows("in portions", 1_000, () -> statement.executeQuery("select * from indicator_values"));
            connection.commit();
            statement.setFetchSize(0);
            int whole = rows("whole", 1_000, () -> statement.executeQuery("select * from indicator_values"));
            if (read != whole) throw new SQLException(read + " rows in portions, " + whole + " whole");
            rows("Cyrillic", 1, () -> connection.createStatement().executeQuery(
                "select level as \"Уровень\", count(*) as \"Число\" from indicator_values group by 1 order by \"Число\""));
            Savepoint point = connection.setSavepoint();
            try {
                connection.createStatement().executeQuery("select nope from indicator_values");
                throw new IllegalStateException("a mistake was answered");
            } catch (SQLException expected) {
                connection.rollback();
            }
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            if (!connection.isValid(5)) throw new SQLException("not valid");
        }
    }
}
